/**
 * Counts what a backtracking matcher does: the same steps on every machine, so that "quick on a
 * hostile text" is a number and no time. It knows what our expressions use, and throws for the rest.
 */

type Node =
  | { kind: "letter"; is: (letter: string) => boolean; sample: string }
  | { kind: "edge"; holds: (text: readonly string[], at: number) => boolean }
  | { kind: "look"; body: Node; wanted: boolean }
  | { kind: "all"; parts: Node[] }
  | { kind: "any"; choices: Node[] }
  | { kind: "many"; body: Node; least: number; most: number; lazy: boolean };

/** Letters of which one is tried as an example of a class. */
const LETTERS = [..."aA0z9-._+@/: \t\n#1éé\u0301٣بأ😀Z~!,;'\"%=?&<>(){}[]|^$*\\"];
/** What no class of ours takes. */
const STRANGE = "\u0001";
/** Beyond it, the text is as good as endless. */
const MOST_STEPS = 2_000_000;

const classOf = (source: string, flags: string): Node => {
  const one = new RegExp(`^(?:${source})$`, flags.replace(/[gy]/g, ""));
  const is = (letter: string): boolean => one.test(letter);
  return { kind: "letter", is, sample: LETTERS.find(is) ?? "a" };
};

const word = (letter: string | undefined): boolean => letter !== undefined && /\w/.test(letter);

const EDGES: Record<string, (text: readonly string[], at: number) => boolean> = {
  "^": (_text, at) => at === 0,
  $: (text, at) => at === text.length,
  "\\b": (text, at) => word(text[at - 1]) !== word(text[at]),
  "\\B": (text, at) => word(text[at - 1]) === word(text[at]),
};

function parse(source: string, flags: string): Node {
  let at = 0;
  const take = (pattern: RegExp): string | null => {
    const found = new RegExp(pattern.source, "uy");
    found.lastIndex = at;
    const text = found.exec(source)?.[0] ?? null;
    if (text !== null) at += text.length;
    return text;
  };
  const choices = (): Node => {
    const all = [sequence()];
    while (take(/\|/)) all.push(sequence());
    return all.length === 1 && all[0] ? all[0] : { kind: "any", choices: all };
  };
  const sequence = (): Node => {
    const parts: Node[] = [];
    while (at < source.length && source[at] !== "|" && source[at] !== ")") parts.push(repeated(atom()));
    return { kind: "all", parts };
  };
  const repeated = (body: Node): Node => {
    const mark = take(/[*+?]|\{\d+(,\d*)?\}/);
    if (mark === null) return body;
    const lazy = take(/\?/) !== null;
    if (mark === "*") return { kind: "many", body, least: 0, most: Number.POSITIVE_INFINITY, lazy };
    if (mark === "+") return { kind: "many", body, least: 1, most: Number.POSITIVE_INFINITY, lazy };
    if (mark === "?") return { kind: "many", body, least: 0, most: 1, lazy };
    const [least = "0", most] = mark.slice(1, -1).split(",");
    const bound = most === undefined ? Number(least) : most === "" ? Number.POSITIVE_INFINITY : Number(most);
    return { kind: "many", body, least: Number(least), most: bound, lazy };
  };
  const atom = (): Node => {
    const opened = take(/\((\?[:=!]|\?<[a-z]\w*>)?(?!\?)/i);
    if (opened !== null) {
      const body = choices();
      if (take(/\)/) === null) throw new Error(`No end of a group in ${source}`);
      return opened === "(?=" || opened === "(?!" ? { kind: "look", body, wanted: opened === "(?=" } : body;
    }
    const edge = take(/\^|\$|\\b|\\B/);
    if (edge !== null) return { kind: "edge", holds: EDGES[edge] ?? (() => false) };
    const letter = take(/\[(\\.|[^\]\\])*\]|\\p\{[^}]+\}|\\x[0-9a-f]{2}|\\u[0-9a-f]{4}|\\[^1-9]|[^()[\]{}*+?|\\^$]/);
    if (letter === null) throw new Error(`Not understood in ${source}: ${source.slice(at, at + 10)}`);
    return classOf(letter, flags);
  };
  const whole = choices();
  if (at < source.length) throw new Error(`Not understood in ${source}: ${source.slice(at)}`);
  return whole;
}

/** How many letters are looked at until the expression found something, or tried from every place in vain. */
function stepsOf(whole: Node, letters: readonly string[]): number {
  let steps = 0;
  const run = (node: Node, at: number, then: (at: number) => boolean): boolean => {
    if (++steps > MOST_STEPS) return true;
    switch (node.kind) {
      case "letter":
        return at < letters.length && node.is(letters[at] ?? "") && then(at + 1);
      case "edge":
        return node.holds(letters, at) && then(at);
      case "look":
        return run(node.body, at, () => true) === node.wanted && then(at);
      case "any":
        return node.choices.some((choice) => run(choice, at, then));
      case "all":
        return each(node.parts, 0, at, then);
      case "many":
        return again(node, 0, at, then);
    }
  };
  const each = (parts: readonly Node[], index: number, at: number, then: (at: number) => boolean): boolean => {
    const part = parts[index];
    return part ? run(part, at, (next) => each(parts, index + 1, next, then)) : then(at);
  };
  const again = (node: Node & { kind: "many" }, done: number, at: number, then: (at: number) => boolean): boolean => {
    const more = (): boolean =>
      done < node.most &&
      run(node.body, at, (next) => (next > at || done < node.least) && again(node, done + 1, next, then));
    if (done < node.least) return more();
    return node.lazy ? then(at) || more() : more() || then(at);
  };
  for (let start = 0; start <= letters.length; start++) if (run(whole, start, () => true)) break;
  return steps;
}

/** A shortest text that the node takes. */
function sampleOf(node: Node): string {
  if (node.kind === "letter") return node.sample;
  if (node.kind === "all") return node.parts.map(sampleOf).join("");
  if (node.kind === "any") return node.choices.map(sampleOf).find((text) => text !== "") ?? "";
  if (node.kind === "many") return sampleOf(node.body).repeat(Math.max(1, Math.min(node.least, 50)));
  return "";
}

/** What leads up to each repetition without an end, and what it repeats. */
function* pumps(node: Node, before = ""): Generator<{ before: string; pump: string }> {
  if (node.kind === "all") {
    let lead = before;
    for (const part of node.parts) {
      yield* pumps(part, lead);
      lead += sampleOf(part);
    }
  } else if (node.kind === "any") for (const choice of node.choices) yield* pumps(choice, before);
  else if (node.kind === "look") yield* pumps(node.body, before);
  else if (node.kind === "many") {
    if (node.most > 100) yield { before, pump: sampleOf(node.body) };
    yield* pumps(node.body, before);
  }
}

/**
 * By how much the steps grow when a hostile text grows fourfold: 4 is in step with the text, 16 its square.
 * Each repetition is pumped, with what leads up to it and without, and ended by what it does not take.
 */
export function growth({ source, flags }: RegExp): number {
  const whole = parse(source, flags);
  const attacks = [...pumps(whole)].flatMap(({ before, pump }) => [
    { before, pump },
    { before: "", pump },
    { before: "", pump: before + pump },
  ]);
  const letters = ["a", "0", "/", " ", ".", "-"].map((pump) => ({ before: "", pump }));
  return Math.max(
    ...[...attacks, ...letters]
      .filter(({ pump }) => pump !== "")
      .map(({ before, pump }) => {
        const steps = (times: number): number => stepsOf(whole, [...before, ...pump.repeat(times), ...STRANGE]);
        const [short, long] = [steps(100), steps(400)];
        return long > MOST_STEPS ? Number.POSITIVE_INFINITY : long / short;
      }),
  );
}
