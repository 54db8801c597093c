import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gunzipSync } from "node:zlib";
import * as z from "zod/mini";
import { run } from "../../scripts/processes.ts";
import { ROOT } from "../../scripts/settings.ts";

/**
 * `tiktok-live-connector`, the public library that most programs read LIVEs with: an external test client under the
 * AGPL. It is fetched when it is needed, into a folder of its own, and is no dependency of anything here.
 */
const VERSION = "2.5.0";
const INSTALLED = join(ROOT, ".cache", "connector");
const PACKAGE = join(INSTALLED, "node_modules", "tiktok-live-connector");

/** Two ways to get a frame's messages out of it. Neither drops a message that came twice, and neither counts. */
export interface Connector {
  version: string;
  /**
   * Its own way, the one function that it has from a socket's bytes to messages, which its client calls for each frame.
   * A room's frames come one after the other and must be told in that order, so each is waited for.
   */
  read(frame: Uint8Array): Promise<unknown>;
  /**
   * The fastest that can be made of what it exports, though it is nobody's way: its own waits for another thread to
   * unpack each frame, so the frame is opened, unpacked and handed to its decoder by hand, without waiting for anything.
   */
  readByHand(frame: Uint8Array): unknown;
}

const callable = <Of>() => z.custom<Of>((value) => typeof value === "function");
const librarySchema = z.object({
  deserializeWebSocketMessage: callable<(bytes: Uint8Array) => Promise<unknown>>(),
  deserializeMessage: callable<(type: string, bytes: Uint8Array) => unknown>(),
  WebcastPushFrame: z.custom<{ decode(bytes: Uint8Array): { payload: Uint8Array } }>(
    (value) => typeof value === "object" && value !== null && "decode" in value,
  ),
});

const readSchema = z.object({
  messages: z.array(z.object({ method: z.string(), decodedData: z.optional(z.unknown()) })),
});

/**
 * Installs and loads it.
 * @param sample a frame of one gift, to see that it reads what it is given
 * @returns null when it cannot be had; why is said
 */
export async function loadConnector(sample: Uint8Array, say: (line: string) => void): Promise<Connector | null> {
  try {
    await install(say);
    const loaded: unknown = await import(pathToFileURL(join(PACKAGE, "dist", "index.js")).href);
    const library = librarySchema.parse(loaded);
    const readByHand = (frame: Uint8Array): unknown => {
      const { payload } = library.WebcastPushFrame.decode(frame);
      return library.deserializeMessage("ProtoMessageFetchResult", isPacked(payload) ? gunzipSync(payload) : payload);
    };
    const { messages } = readSchema.parse(readByHand(sample));
    if (!messages.some(({ decodedData }) => decodedData !== undefined)) throw new Error("it reads no gift");
    return { version: VERSION, read: library.deserializeWebSocketMessage, readByHand };
  } catch (error) {
    const why = error instanceof Error ? (error.message.trim().split("\n").at(-1) ?? "") : String(error);
    say(`  tiktok-live-connector ${VERSION} cannot be had here, so nothing is measured beside it: ${why}`);
    return null;
  }
}

const isPacked = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

async function install(say: (line: string) => void): Promise<void> {
  const known = join(PACKAGE, "package.json");
  if (existsSync(known) && readFileSync(known, "utf8").includes(`"version": "${VERSION}"`)) return;
  say(`  Fetching tiktok-live-connector ${VERSION} (once)…`);
  mkdirSync(INSTALLED, { recursive: true });
  writeFileSync(join(INSTALLED, "package.json"), '{ "private": true }\n');
  const quiet = ["--no-audit", "--no-fund", "--ignore-scripts"];
  await run("npm", ["install", `tiktok-live-connector@${VERSION}`, "--prefix", INSTALLED, ...quiet]);
}
