/** Where mail goes when no provider is configured: the app posts it here and a person reads it at /mailbox. */
import { z } from "zod";

export const mailSchema = z.object({
  from: z.string(),
  to: z.union([z.string(), z.array(z.string())]).transform((to) => (Array.isArray(to) ? to.join(", ") : to)),
  subject: z.string(),
  text: z.string().default(""),
  html: z.string().default(""),
  /** Account mail and broadcasts are separate streams. */
  stream: z.string().default(""),
});

export type Mail = z.infer<typeof mailSchema> & { id: string /** ms since epoch */; at: number };

const KEPT = 2_000;

export class Mailbox {
  #clock: () => number;
  #mails: Mail[] = [];
  #next = 1;

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  add(mail: z.infer<typeof mailSchema>): Mail {
    const kept: Mail = { ...mail, id: String(this.#next++), at: this.#clock() };
    this.#mails.push(kept);
    if (this.#mails.length > KEPT) this.#mails.shift();
    return kept;
  }

  find(id: string): Mail | undefined {
    return this.#mails.find((mail) => mail.id === id);
  }

  /** Newest first. */
  list(): Mail[] {
    return this.#mails.toReversed();
  }

  clear(): void {
    this.#mails = [];
  }
}
