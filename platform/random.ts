import { Buffer } from "node:buffer";

export const randomBytes = (count: number): Uint8Array<ArrayBuffer> => crypto.getRandomValues(new Uint8Array(count));

/**
 * An unguessable token for links, cookies and states, in base64url without padding:
 * 32 bytes are 256 bits and 43 characters.
 */
export const randomToken = (bytes: number): string => Buffer.from(randomBytes(bytes)).toString("base64url");
