import { describe, expect, test } from "vitest";
import { BCRYPT_COST, MINIMUM_AGE_YEARS, RETENTION_DAYS } from "../../../domain/retention.ts";
import { TIKTOK_FIELDS } from "../../../domain/tiktok-fields.ts";
import { ErrorPage } from "../../../worker/pages/error-page.tsx";
import { HomePage } from "../../../worker/pages/home.tsx";
import { LANGS } from "../../../worker/pages/lang.ts";
import { PrivacyPage } from "../../../worker/pages/policy/privacy.tsx";
import { TermsPage } from "../../../worker/pages/policy/terms.tsx";
import { PRIVACY_VERSION } from "../../../worker/pages/policy/versions.ts";
import { wordsOf } from "../../../worker/pages/words/words.ts";
import { HOSTILE, textOf } from "./fixtures.ts";

const { days } = wordsOf("en");
const cellsOf = (row: string): string[] => (row.match(/<t[dh].*?<\/t[dh]>/gs) ?? []).map((cell) => textOf(cell).trim());
const rowsOf = (html: string): string[][] => (html.match(/<tr>.*?<\/tr>/gs) ?? []).map(cellsOf);

describe("the privacy policy", () => {
  const html = String(PrivacyPage({ lang: "en" }));
  const text = textOf(html);

  test("its field table is the table that requests are built of", () => {
    const printed = rowsOf(html)
      .filter(([scope]) => scope !== undefined && scope in TIKTOK_FIELDS)
      .map(([scope, fields]) => [scope, fields?.replaceAll(" ", "").split(",")]);
    expect(printed).toEqual(Object.entries(TIKTOK_FIELDS).map(([scope, fields]) => [scope, [...fields]]));
  });

  test("its retention table has one row for every number that is enforced, and no other", () => {
    const printed = rowsOf(html.slice(html.indexOf('id="retention"'), html.indexOf('id="deletion"')))
      .slice(1)
      .map(([, amount]) => amount);
    expect(printed.toSorted()).toEqual(Object.values(RETENTION_DAYS).map(days).toSorted());
  });

  test("every number of days in its text is one of the constants", () => {
    const allowed = new Set<string>(Object.values(RETENTION_DAYS).map(days));
    const stated = text.match(/[\d,]+ days?/g) ?? [];
    expect(stated.filter((number) => !allowed.has(number))).toEqual([]);
  });

  test("names the hash, the cipher, the age and the addresses", () => {
    expect(text).toContain(`bcrypt hashes of cost ${BCRYPT_COST}`);
    expect(text).toContain("AES-256-GCM");
    expect(text).toContain(`under ${MINIMUM_AGE_YEARS}`);
    for (const address of ["privacy@etica.app", "hello@eticaproduction.com", "tiktok.com/setting/connected-apps"]) {
      expect(text).toContain(address);
    }
    expect(text).toContain(`Version ${PRIVACY_VERSION}`);
  });

  test("every entry of its contents leads to a section", () => {
    const anchors = [...html.matchAll(/href="#([\w-]+)"/g)].map(([, id]) => id);
    for (const id of anchors) expect(html).toContain(`id="${id}"`);
  });
});

describe.each(LANGS)("the public pages in %s", (lang) => {
  test("the home page takes the promise's numbers from the constants and marks its example", () => {
    const html = String(HomePage({ lang }));
    const { tiktokAfterDisconnect, recordsAfterClosure, operationalLogs, backups, policyNotice } = RETENTION_DAYS;
    const shown = [...html.matchAll(/<dt>([^<]*)<\/dt>/g)].map(([, term]) => term);
    for (const number of [tiktokAfterDisconnect, recordsAfterClosure, operationalLogs, backups, policyNotice]) {
      expect(shown).toContain(wordsOf(lang).days(number));
    }
    expect(textOf(html)).toContain(wordsOf(lang).home.example);
    for (const href of ["/app/sign-in", "/app/register"]) expect(html).toContain(`href="${href}"`);
    expect(html).not.toContain("noindex");
  });

  test("the terms name the processor's role and the days after closure", () => {
    const text = textOf(TermsPage({ lang }));
    expect(text).toContain("we are your processor");
    expect(text).toContain(days(RETENTION_DAYS.recordsAfterClosure));
  });

  test("no page carries a script or an inline style", () => {
    for (const page of [HomePage({ lang }), PrivacyPage({ lang }), TermsPage({ lang })]) {
      expect(String(page)).not.toMatch(/<script|<style| style=/i);
    }
  });
});

test("an error page shows its request id and escapes what it is told", () => {
  const page = String(ErrorPage({ status: 404, title: "Not found", detail: HOSTILE, requestId: "01JD8F2K" }));
  expect(page).toContain("01JD8F2K");
  expect(page).not.toContain("<script");
});
