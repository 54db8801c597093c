import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { MINIMUM_AGE_YEARS, RETENTION_DAYS } from "../../../domain/retention.ts";
import { ConfirmAccountPage } from "../../../worker/pages/confirm-account.tsx";
import { ConnectPage, DeclinedPage } from "../../../worker/pages/connect.tsx";
import { CONNECT_PROBLEM_CODES, ConnectProblemPage } from "../../../worker/pages/connect-problem.tsx";
import { LIVE_WORDING, TIKTOK_WORDING } from "../../../worker/pages/consent-wording.ts";
import { LANGS } from "../../../worker/pages/lang.ts";
import { wordsOf } from "../../../worker/pages/words/words.ts";
import { connectProps, HOSTILE, textOf } from "./fixtures.ts";

describe.each(LANGS)("the consent page in %s", (lang) => {
  const html = String(ConnectPage(connectProps(lang)));
  const text = textOf(html);

  test("LIVE is a separate choice and starts unticked", () => {
    const boxes = html.match(/<input[^>]*type="checkbox"[^>]*>/g) ?? [];
    expect(boxes).toHaveLength(1);
    expect(boxes[0]).toContain('name="live"');
    expect(boxes[0]).toContain('value="on"');
    expect(boxes[0]).not.toContain("checked");
  });

  test("posts to the invitation, with the wordings that were read", () => {
    expect(html).toMatch(/<form method="post" action="\/connect\/eu_abc"/);
    expect(html).toContain(`value="${LIVE_WORDING.version}"`);
    expect(html).toContain(`value="${TIKTOK_WORDING.version}"`);
  });

  test("says who asks, until when access lasts and from which age", () => {
    expect(text).toContain("Marsa Nine Talent");
    expect(text).toContain("@mirafolds");
    expect(text).toContain(wordsOf(lang).days(RETENTION_DAYS.tiktokAfterDisconnect));
    expect(text).toContain(String(MINIMUM_AGE_YEARS));
    expect(html).toContain(`href="/privacy?lang=${lang}"`);
    expect(html).toContain(`href="/terms?lang=${lang}"`);
  });

  test("needs no script, nothing inline, and stays out of search engines and of other sites' referrers", () => {
    expect(html.startsWith("<!doctype html>")).toBe(true);
    expect(html).not.toMatch(/<script|<style| style=| on[a-z]+=/i);
    expect(html).toContain('<meta name="robots" content="noindex, nofollow"/>');
    expect(html).toContain('<meta name="referrer" content="same-origin"/>');
    expect(html).toContain(lang === "ar" ? '<html lang="ar" dir="rtl">' : '<html lang="en" dir="ltr">');
  });

  test("saying no is a link, and the page behind it says that nothing was shared", () => {
    expect(html).toContain(`href="/connect/eu_abc?declined=1&amp;lang=${lang}"`);
    expect(textOf(DeclinedPage(connectProps(lang)))).toContain(wordsOf(lang).declined.title);
  });

  test.each(CONNECT_PROBLEM_CODES)("a refusal says %s to programs and people", (code) => {
    const page = String(ConnectProblemPage({ lang, code, missingScopes: ["video.list"] }));
    expect(page).toContain(`<meta name="code" content="${code}"/>`);
    const { title, happened, means, todo } = wordsOf(lang).problem.codes[code];
    for (const sentence of [title, happened, means, todo]) expect(textOf(page)).toContain(textOf(sentence));
    expect(page).toContain("video.list");
  });

  test("another account is connected only by a form of its own", () => {
    const page = String(
      ConfirmAccountPage({
        lang,
        agency: { name: "Marsa" },
        rosterHandle: "mirafolds",
        tiktokHandle: "mira.second",
        tiktokName: null,
        avatarUrl: null,
        token: "eu_abc",
        confirmId: "held-answer",
      }),
    );
    expect(page).toMatch(/<form method="post" action="\/connect\/eu_abc\/confirm"/);
    expect(page).toContain('<input type="hidden" name="confirm" value="held-answer"/>');
  });
});

test("a hostile name is text on every page of the way", () => {
  const pages = [
    ConnectPage(connectProps("en", HOSTILE)),
    DeclinedPage(connectProps("en", HOSTILE)),
    ConnectProblemPage({ lang: "en", code: "denied", retryUrl: HOSTILE }),
    ConfirmAccountPage({
      lang: "en",
      agency: { name: HOSTILE },
      rosterHandle: HOSTILE,
      tiktokHandle: HOSTILE,
      tiktokName: HOSTILE,
      avatarUrl: `"><script>`,
      token: HOSTILE,
      confirmId: HOSTILE,
    }),
  ];
  for (const page of pages) expect(String(page)).not.toContain("<script");
});

test("a wording cannot change under its version", () => {
  const fingerprint = (wording: object) =>
    createHash("sha256").update(JSON.stringify(wording)).digest("hex").slice(0, 16);
  expect([fingerprint(LIVE_WORDING), fingerprint(TIKTOK_WORDING)]).toEqual(["d18d7f879fc19805", "abf11f4e2bf8c77d"]);
});
