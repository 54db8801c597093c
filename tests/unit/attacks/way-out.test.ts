import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { HOSTS, outbound, outsideUrls } from "../../../platform/hosts.ts";

const ROOT = join(import.meta.dirname, "../../..");
const sources = (...folders: string[]): { file: string; text: string }[] =>
  folders.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => ({ file: path.slice(ROOT.length + 1), text: readFileSync(path, "utf8") })),
  );

/** The code without its comments. */
const code = (text: string): string => text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/.*$/gm, "");

describe("the server's ways out", () => {
  /** Whoever is given the listed way out imports its type; a bare `fetch` elsewhere is the network's own. */
  const dials = (text: string): boolean =>
    /(?<![.\w]|override |async )fetch\(/.test(text) && !/^import .*\bFetch\b.*hosts\.ts"/m.test(text);

  it("are two, listed hosts and an agency's webhooks: nothing else calls fetch, dials a socket or speaks TCP", () => {
    const guilty = sources("worker", "durable", "platform", "domain").filter(
      ({ text }) =>
        dials(code(text)) ||
        /new WebSocket\(|cloudflare:sockets|XMLHttpRequest|node:(net|http|https|dns|tls|child_process)/.test(
          code(text),
        ),
    );
    expect(guilty.map(({ file }) => file).sort()).toEqual(["platform/hosts.ts", "platform/webhooks/outbound.ts"]);
  });

  it("evaluate no text as code, and hand no text to a shell", () => {
    const guilty = sources("worker", "durable", "platform", "domain", "web").filter(({ text }) =>
      /\beval\(|new Function\(|setTimeout\(\s*["'`]|dangerouslySetInnerHTML|\.(inner|outer)HTML\s*=|insertAdjacentHTML|document\.write/.test(
        code(text),
      ),
    );
    expect(guilty.map(({ file }) => file)).toEqual([]);
  });

  afterEach(() => vi.unstubAllGlobals());

  it.each([
    "http://169.254.169.254/latest/meta-data/",
    "http://localhost:6379/",
    "http://[::ffff:127.0.0.1]/",
    "http://0x7f000001/",
    "http://2130706433/",
    "file:///etc/passwd",
    "https://open.tiktokapis.com.evil.example/",
    "https://open.tiktokapis.com@evil.example/",
    "https://evil.example/#https://open.tiktokapis.com",
    "https://open.tiktokapis.com:8443/",
    "http://open.tiktokapis.com/",
  ])("lead to no address that is not on the list: %s", async (address) => {
    const sent = vi.fn();
    vi.stubGlobal("fetch", sent);
    await expect(outbound({})(address)).rejects.toMatchObject({ code: "host_refused" });
    await expect(outbound({})(address, { headers: { Upgrade: "websocket" } })).rejects.toMatchObject({
      code: "host_refused",
    });
    expect(sent).not.toHaveBeenCalled();
  });

  it("have a row each, and no address of a request's own choice", () => {
    expect(
      Object.values(outsideUrls({}))
        .filter((url) => url !== null)
        .map((url) => new URL(url).protocol),
    ).toEqual(
      Object.values(HOSTS)
        .filter(({ production }) => production !== null)
        .map(() => "https:"),
    );
  });
});
