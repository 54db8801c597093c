/**
 * Which IP addresses belong to the public Internet, by IANA's registries of special-purpose
 * addresses (RFC 6890 and those after it). Whatever is not told to be public is not.
 */

/** Blocks of IPv4 that lead to no public server: `[first address, bits of the prefix]`. */
const NOT_PUBLIC_V4: readonly (readonly [string, number])[] = [
  ["0.0.0.0", 8], // this network
  ["10.0.0.0", 8], // private
  ["100.64.0.0", 10], // behind a carrier's NAT
  ["127.0.0.0", 8], // loopback
  ["169.254.0.0", 16], // link-local, clouds' metadata services among it
  ["172.16.0.0", 12], // private
  ["192.0.0.0", 24], // protocol assignments
  ["192.0.2.0", 24], // documentation
  ["192.88.99.0", 24], // 6to4 relays
  ["192.168.0.0", 16], // private
  ["198.18.0.0", 15], // benchmarks
  ["198.51.100.0", 24], // documentation
  ["203.0.113.0", 24], // documentation
  ["224.0.0.0", 4], // multicast
  ["240.0.0.0", 4], // reserved, broadcast
];

/** Of IPv6, 2000::/3 is handed out for public use; these blocks of it are not, or wrap an IPv4 address. */
const NOT_PUBLIC_V6: readonly (readonly [readonly number[], number])[] = [
  [[0x2001, 0x0000], 23], // protocol assignments, Teredo among them
  [[0x2001, 0x0db8], 32], // documentation
  [[0x2002], 16], // 6to4
  [[0x3fff, 0x0000], 20], // documentation
];

/** 32 bits, or null when it is not four numbers with dots. */
function bitsOfV4(text: string): number | null {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1).map(Number);
  if (!parts || parts.some((part) => part > 255)) return null;
  return parts.reduce((bits, part) => bits * 256 + part, 0);
}

const publicV4 = (bits: number): boolean =>
  !NOT_PUBLIC_V4.some(([first, prefix]) => {
    const size = 2 ** (32 - prefix);
    return Math.floor(bits / size) === Math.floor((bitsOfV4(first) ?? 0) / size);
  });

/** Eight groups of what a URL parser made of an IPv6 address: lower-case hexadecimal, `::` at most once. */
function groupsOf(text: string): number[] {
  const [head = "", tail] = text.split("::").map((part) => part.split(":").filter((group) => group !== ""));
  const before = [...head].map((group) => Number.parseInt(group, 16));
  const after = [...(tail ?? [])].map((group) => Number.parseInt(group, 16));
  return [...before, ...new Array<number>(8 - before.length - after.length).fill(0), ...after];
}

function publicV6(groups: readonly number[]): boolean {
  const top = groups[0] ?? 0;
  if (top >> 13 !== 0b001) return false;
  const first32 = top * 65_536 + (groups[1] ?? 0);
  return !NOT_PUBLIC_V6.some(([[one = 0, two = 0], prefix]) => {
    const size = 2 ** (32 - prefix);
    return Math.floor(first32 / size) === Math.floor((one * 65_536 + two) / size);
  });
}

/**
 * Whether a host of a URL, or an address that a name leads to, is on the public Internet. Reads
 * what the URL parser makes of it: decimal, octal, hexadecimal and short forms are one address.
 * @returns null when it is a name and no address
 */
export function isPublicAddress(host: string): boolean | null {
  const bracketed = host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
  const parsed = URL.parse(`http://${bracketed}/`)?.hostname;
  // What the parser refuses is no address that anything could be sent to.
  if (parsed === undefined) return false;
  if (parsed.startsWith("[")) return publicV6(groupsOf(parsed.slice(1, -1)));
  const bits = bitsOfV4(parsed);
  return bits === null ? null : publicV4(bits);
}
