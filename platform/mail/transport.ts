import type { Fetch } from "../hosts.ts";

export interface MailMessage {
  from: string;
  to: string;
  subject: string;
  text: string;
  html: string;
  /** `account` is what a person must get (sign-in, security); `broadcast` obeys suppression. */
  stream: "account" | "broadcast";
}

/** What became of a message. `none`: no provider, the link is copied by hand; `transient`: try again. */
export type MailOutcome = { status: "sent" } | { status: "none" | "refused" | "transient"; sentence: string };

export interface MailTransport {
  /**
   * @param key names this message for ever: a provider that knows it sends nothing twice,
   *   however often the job is retried
   */
  send(message: MailMessage, key: string): Promise<MailOutcome>;
}

const TIMEOUT_MS = 10_000;

/** The transport that the environment asks for: MAIL_URL's, or none. */
export const createMail = (mailUrl: string | null, fetch: Fetch): MailTransport =>
  mailUrl === null ? noMail : httpMail(mailUrl, fetch);

export const noMail: MailTransport = {
  send: async () => ({ status: "none", sentence: "No mail provider is set up: copy the link and send it yourself." }),
};

/** Posts each message as JSON to `<mailUrl>/mail`, with the key as `Idempotency-Key`. */
export function httpMail(mailUrl: string, fetch: Fetch): MailTransport {
  return {
    async send(message, key) {
      try {
        const answer = await fetch(`${mailUrl}/mail`, {
          method: "POST",
          headers: { "content-type": "application/json", "idempotency-key": key },
          body: JSON.stringify(message),
          signal: AbortSignal.timeout(TIMEOUT_MS),
        });
        await answer.body?.cancel();
        return outcomeOf(answer.status);
      } catch {
        return { status: "transient", sentence: "The mail provider did not answer; the message will be tried again." };
      }
    },
  };
}

function outcomeOf(status: number): MailOutcome {
  if (status >= 200 && status < 300) return { status: "sent" };
  if (status === 429 || status >= 500) {
    return { status: "transient", sentence: "The mail provider is busy; the message will be tried again." };
  }
  return { status: "refused", sentence: `The mail provider refused the message (${status}).` };
}
