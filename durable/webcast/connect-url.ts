import { textOf } from "./words.ts";

/**
 * The browser that this listener is to TikTok. The signature of a dial is made for it, so
 * the very same must ask, sign and dial.
 */
export const LIVE_USER_AGENT =
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";

/** What every dial says of itself (`live-protocol.md`, "Connecting"), in the order that is known to work. */
const DIAL_PARAMETERS = {
  aid: "1988",
  app_name: "tiktok_web",
  device_platform: "web",
  identity: "audience",
  live_id: "12",
  compress: "gzip",
  resp_content_type: "protobuf",
  version_code: "270000",
} as const;

/** What the signer answered and a dial needs. */
export interface SignedRoom {
  /** `wss://…`, with or without a query of its own. */
  pushServer: string;
  cursor: Uint8Array;
  internalExt: Uint8Array;
  /** Parameters that the signer adds; the last word is theirs. */
  routeParams: Readonly<Record<string, string>>;
}

/**
 * The address of a room's socket.
 * @throws TypeError when the push server is no URL
 */
export function connectUrl(roomId: string, signed: SignedRoom): string {
  const url = new URL(signed.pushServer);
  const query = {
    ...Object.fromEntries(url.searchParams),
    ...DIAL_PARAMETERS,
    room_id: roomId,
    cursor: textOf(signed.cursor),
    internal_ext: textOf(signed.internalExt),
    ...signed.routeParams,
  };
  // Not URLSearchParams: it writes a space as `+`, which the push servers do not read back.
  url.search = Object.entries(query)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join("&");
  return url.href;
}
