import type { Context, MiddlewareHandler } from "hono";
import { AppError } from "../../domain/app-error.ts";

/** Bytes. A form has a few short fields; who signs in sends less than a page. */
export const BODY_BYTES = { json: 256 * 1024, signIn: 64 * 1024, form: 16 * 1024, webhook: 256 * 1024 } as const;

/** Bodies that were read, and are no longer than they may be. */
const within = new WeakSet<Request>();

/**
 * Reads a body once, a piece at a time, and puts it back: one that says its length is refused
 * before it is read, one that does not as soon as it is too long. Nothing is parsed yet.
 * @throws AppError 413 `body_too_large`
 */
export async function bodyWithin(c: Context, most: number): Promise<void> {
  const { raw } = c.req;
  if (within.has(raw) || raw.body === null) return;
  if (Number(c.req.header("Content-Length") ?? 0) > most) throw tooLarge(most);
  const bytes = await readAtMost(raw.body, most);
  c.req.raw = new Request(raw.url, { method: raw.method, headers: raw.headers, body: bytes });
  within.add(c.req.raw);
}

async function readAtMost(body: ReadableStream<Uint8Array>, most: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  const reader = body.getReader();
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    length += piece.value.byteLength;
    if (length > most) {
      await reader.cancel();
      throw tooLarge(most);
    }
    pieces.push(piece.value);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.byteLength;
  }
  return whole;
}

const tooLarge = (most: number): AppError =>
  new AppError(413, "body_too_large", `A body has at most ${most / 1024} KB here.`);

/** 413 for a longer body, before anything of it is parsed. */
export const bodyAtMost =
  (most: number): MiddlewareHandler =>
  async (c, next) => {
    await bodyWithin(c, most);
    await next();
  };
