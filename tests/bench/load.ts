import { Agent, request } from "node:http";
import { median, percentile } from "./figures.ts";

/** An answer, read to its end. */
export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

/** A client that keeps its connections, with the same headers each time. */
export class Client {
  readonly #origin: string;
  readonly #headers: Record<string, string>;
  readonly #agent: Agent;

  constructor(origin: string, headers: Record<string, string>, connections: number) {
    this.#origin = origin;
    this.#headers = headers;
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections });
  }

  ask(method: string, path: string, body?: object): Promise<Answer> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const headers = text === undefined ? this.#headers : { ...this.#headers, "Content-Type": "application/json" };
    return new Promise((resolve, reject) => {
      const asked = request(`${this.#origin}${path}`, { method, headers, agent: this.#agent }, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks).toString(),
          }),
        );
      });
      asked.on("error", (error) => {
        // A server may close a connection that was idle at the very moment at which it is used again: nothing was heard.
        if (asked.reusedSocket && "code" in error && error.code === "ECONNRESET") resolve(this.ask(method, path, body));
        else reject(error);
      });
      asked.end(text);
    });
  }

  /** As `ask`, for what must work. @throws with what was said when it does not answer 200 */
  async good(method: string, path: string, body?: object): Promise<Answer> {
    const answer = await this.ask(method, path, body);
    if (answer.status !== 200) throw new Error(`${method} ${path}: ${answer.status} ${answer.body.slice(0, 200)}`);
    return answer;
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** One thing that is asked over and over. */
export type Ask = () => Promise<unknown>;

export interface Pace {
  /** How many ask at the same time, each beginning again as soon as it was answered. */
  connections: number;
  /** Length of a round, ms. */
  roundMs: number;
  rounds: number;
}

export interface Paced {
  perSecond: number;
  /** ms, over all rounds. */
  p50: number;
  p99: number;
}

export interface Compared {
  ours: Paced;
  bare: Paced;
  /** Median over the rounds of ours ÷ bare: what disturbs the machine for a while disturbs both. */
  ratio: number;
}

interface Round {
  perSecond: number;
  latencies: number[];
}

/** Asks both by turns, a round each, the first one changing, and compares each round with its neighbour. */
export async function compare(ours: Ask, bare: Ask, pace: Pace): Promise<Compared> {
  const first = { ...pace, roundMs: Math.min(2 * pace.roundMs, 3_000) };
  await round(ours, first);
  await round(bare, first);
  const rounds: { ours: Round; bare: Round }[] = [];
  for (let at = 0; at < pace.rounds; at++) {
    if (at % 2 === 0) {
      const mine = await round(ours, pace);
      rounds.push({ ours: mine, bare: await round(bare, pace) });
    } else {
      const theirs = await round(bare, pace);
      rounds.push({ ours: await round(ours, pace), bare: theirs });
    }
  }
  return {
    ours: paced(rounds.map((pair) => pair.ours)),
    bare: paced(rounds.map((pair) => pair.bare)),
    ratio: median(rounds.map((pair) => pair.ours.perSecond / pair.bare.perSecond)),
  };
}

async function round(ask: Ask, { connections, roundMs }: Pace): Promise<Round> {
  const latencies: number[] = [];
  const began = performance.now();
  const until = began + roundMs;
  const connection = async (): Promise<void> => {
    while (performance.now() < until) {
      const asked = performance.now();
      await ask();
      latencies.push(performance.now() - asked);
    }
  };
  await Promise.all(Array.from({ length: connections }, connection));
  return { perSecond: (latencies.length / (performance.now() - began)) * 1000, latencies };
}

function paced(rounds: readonly Round[]): Paced {
  const latencies = rounds.flatMap((each) => each.latencies);
  return {
    perSecond: median(rounds.map((each) => each.perSecond)),
    p50: percentile(latencies, 0.5),
    p99: percentile(latencies, 0.99),
  };
}
