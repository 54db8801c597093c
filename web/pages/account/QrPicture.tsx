import type { TotpBegun } from "../../../domain/records/second-factor.ts";

/** Light modules around the code, as the standard asks for, so that a camera finds it on any page. */
const QUIET = 4;

/** Dark on light in both themes: many cameras read no other way. */
export function QrPicture({ qr: { size, path } }: { qr: TotpBegun["qr"] }) {
  const side = size + 2 * QUIET;
  return (
    <svg
      class="qr"
      viewBox={`${-QUIET} ${-QUIET} ${side} ${side}`}
      role="img"
      aria-label="QR code for an authenticator app"
      shape-rendering="crispEdges"
    >
      <path d={path} />
    </svg>
  );
}
