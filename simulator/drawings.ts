/** Avatars and covers, drawn: flat shapes in sand, olive, slate, ochre, violet and plum. */
import { type Account, accountByHandle } from "./accounts.ts";
import { fraction, hash32, pick } from "./random.ts";

interface Palette {
  ground: string;
  shape: string;
  shade: string;
  light: string;
}

const PALETTES: readonly [Palette, ...Palette[]] = [
  { ground: "#d9d2c7", shape: "#8d7b68", shade: "#a69580", light: "#efebe4" },
  { ground: "#cfd8c8", shape: "#5c6f4d", shade: "#7d9069", light: "#f2f4ee" },
  { ground: "#c9d5da", shape: "#4f6b78", shade: "#76909b", light: "#f1f5f6" },
  { ground: "#e3d3bb", shape: "#9c6b34", shade: "#bd9059", light: "#f7f1e7" },
  { ground: "#cbcadd", shape: "#54557f", shade: "#9a9ab6", light: "#f2f2f8" },
  { ground: "#dccfd4", shape: "#7c5464", shade: "#b99aa6", light: "#f7f1f3" },
];

const paletteOf = (seed: string): Palette => pick(PALETTES, fraction(`palette:${seed}`));

const svg = (width: number, height: number, drawing: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">${drawing}</svg>`;

const person = ({ shape, shade }: Palette): string =>
  `<circle cx="90" cy="100" r="38" fill="${shape}"/><path d="M20 230q0-80 70-80t70 80z" fill="${shade}"/>`;

const jar = ({ shape, light, shade }: Palette): string =>
  `<rect x="50" y="64" width="80" height="22" rx="3" fill="${light}"/><rect x="36" y="84" width="108" height="92" rx="8" fill="${shape}"/><rect x="58" y="112" width="64" height="34" rx="3" fill="${shade}"/>`;

const hills = ({ shape, shade, light }: Palette, turn: number): string =>
  `<circle cx="${118 + turn * 30}" cy="60" r="18" fill="${light}"/><path d="M0 ${190 - turn * 16}L58 ${108 + turn * 12}l46 60 30-36 46 48v60H0z" fill="${shape}"/><path d="M0 212l60-40 60 34 60-28v62H0z" fill="${shade}"/>`;

const lines = ({ shape, light }: Palette, turn: number): string =>
  `<rect x="24" y="52" width="132" height="136" rx="6" fill="${light}"/>${[72, 104, 136]
    .map(
      (y, row) =>
        `<rect x="38" y="${y}" width="${row === 2 ? 48 + turn * 30 : 104}" height="16" rx="2" fill="${shape}"/>`,
    )
    .join("")}`;

const gem = ({ shape, shade }: Palette): string =>
  `<path d="M90 50v150L32 122z" fill="${shade}"/><path d="M90 50v150l58-78z" fill="${shape}"/>`;

const spire = ({ shape, shade }: Palette): string =>
  `<path d="M92 52l6 148H54z" fill="${shape}"/><path d="M92 52l44 148H98z" fill="${shade}"/>`;

const record = ({ shape, shade, light }: Palette): string =>
  `<circle cx="90" cy="122" r="62" fill="${shape}"/><circle cx="90" cy="122" r="40" fill="none" stroke="${shade}" stroke-width="3"/><circle cx="90" cy="122" r="15" fill="${light}"/>`;

const leaf = ({ shape, shade }: Palette): string =>
  `<path d="M90 210V96" stroke="${shape}" stroke-width="8"/><path d="M90 140q-62-6-58-74 58 6 58 74z" fill="${shape}"/><path d="M90 172q60-2 60-66-58 2-60 66z" fill="${shade}"/>`;

type Motif = (palette: Palette, turn: number) => string;
const MOTIFS: readonly [Motif, ...Motif[]] = [person, jar, hills, lines, gem, spire, record, leaf];

/** A video's cover, 9:12. */
export const coverSvg = (videoId: string): string => {
  const palette = paletteOf(videoId);
  const motif = pick(MOTIFS, fraction(`motif:${videoId}`));
  const ground = `<rect width="180" height="240" fill="${palette.ground}"/>`;
  return svg(180, 240, ground + motif(palette, fraction(`turn:${videoId}`)));
};

/** A head and shoulders with hair of its own; the background is the account's colour everywhere. */
export const avatarSvg = (handle: string): string => {
  const { ground, shape, shade, light } = paletteOf(handle);
  const kind = hash32(`hair:${handle}`) % 4;
  const skin = pick(["#e8c9a8", "#c99b72", "#9a6b48", "#f0d7c0", "#7b5238"], fraction(`skin:${handle}`));
  const hair = [
    `<path d="M28 42q0-24 22-24t22 24v10q-6-18-22-18T28 52z" fill="${shape}"/>`,
    `<circle cx="50" cy="16" r="9" fill="${shape}"/><path d="M30 40q2-20 20-20t20 20q-10-8-20-8t-20 8z" fill="${shape}"/>`,
    `<path d="M26 74V42q0-24 24-24t24 24v32h-8V42H34v32z" fill="${shape}"/>`,
    `<path d="M28 40q4-22 26-20 18 2 18 20-14 2-24-8-6 8-20 8z" fill="${shape}"/>`,
  ][kind];
  return svg(
    100,
    100,
    `<rect width="100" height="100" fill="${ground}"/><path d="M14 104q0-34 36-34t36 34z" fill="${shade}"/><rect x="43" y="58" width="14" height="18" rx="7" fill="${skin}"/><circle cx="50" cy="44" r="20" fill="${skin}"/>${hair}<circle cx="82" cy="18" r="5" fill="${light}"/>`,
  );
};

/** Undefined for a handle that nobody has. */
export const avatarOf = (handle: string): string | undefined => {
  const account: Account | undefined = accountByHandle(handle);
  return account && avatarSvg(account.handle);
};
