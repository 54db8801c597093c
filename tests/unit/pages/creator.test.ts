import { describe, expect, test } from "vitest";
import { TIKTOK_FIELDS } from "../../../domain/tiktok-fields.ts";
import { CreatorPage } from "../../../worker/pages/creator.tsx";
import { LANGS } from "../../../worker/pages/lang.ts";
import { wordsOf } from "../../../worker/pages/words/words.ts";
import { creatorProps, HOSTILE, NOW, textOf } from "./fixtures.ts";

describe.each(LANGS)("the creator's own page in %s", (lang) => {
  const words = wordsOf(lang);

  test("lists every stored field with its value, and says what is not stored", () => {
    const page = CreatorPage(creatorProps(lang));
    const text = textOf(page);
    const fields = Object.values(TIKTOK_FIELDS).flat();
    for (const field of fields) expect(text).toContain(words.creator.fields[field]);
    for (const value of ["open-id-of-mira", "Mira on TikTok", "Paper, folded", "417,912", "8,120,044", "342"]) {
      expect(text).toContain(value);
    }
    expect(text).toContain(words.creator.stored.none);
    expect(String(page)).not.toContain("secret-signature");
  });

  test("the LIVE switch posts the other value", () => {
    const on = String(CreatorPage(creatorProps(lang)));
    expect(on).toContain('action="/c/eu_own/live"');
    expect(on).toContain('aria-checked="true"');
    expect(on).toContain('<input type="hidden" name="value" value="off"/>');
    const off = String(CreatorPage(creatorProps(lang, { liveConsent: null })));
    expect(off).toContain('aria-checked="false"');
    expect(off).toContain('<input type="hidden" name="value" value="on"/>');
  });

  test("average viewers that nobody saw are a dash, never 0", () => {
    const lastLive = { running: false, startedAt: NOW, durationSeconds: 8_580, diamonds: 33_022, averageViewers: null };
    const text = textOf(CreatorPage(creatorProps(lang, { lastLive })));
    expect(text).toContain("33,022");
    expect(text).toContain("2:23");
    expect(text).toContain("—");
  });

  test("disconnecting says what happens and posts", () => {
    const page = CreatorPage(creatorProps(lang));
    expect(String(page)).toContain('<form method="post" action="/c/eu_own/disconnect">');
    expect(textOf(page)).toContain(words.creator.disconnect.summary);
  });

  test("an expired connection says by when everything is deleted", () => {
    const text = textOf(CreatorPage(creatorProps(lang, { status: "expired", purgeDueAt: Date.UTC(2026, 11, 26) })));
    expect(text).toContain(words.creator.expired);
    expect(text).toContain("26");
  });

  test("once disconnected it shows the proof and nothing that was stored", () => {
    const deletion = {
      certificateId: "cert_01",
      deletedAt: NOW,
      dueAt: NOW,
      counts: { videos: 342, snapshots: 41, sessions: 18, minutes: 2_840 },
      revoked: true,
    } as const;
    const text = textOf(CreatorPage(creatorProps(lang, { status: "disconnected", deletion })));
    for (const shown of ["cert_01", "342", "41", "18", "2,840", words.gone.accessState.withdrawn, words.gone.again]) {
      expect(text).toContain(shown);
    }
    for (const hidden of ["open-id-of-mira", "Mira on TikTok", "417,912"]) expect(text).not.toContain(hidden);
  });
});

test("hostile names, bios and errors are text", () => {
  const props = creatorProps("en");
  const page = CreatorPage({
    ...props,
    agency: { name: HOSTILE },
    displayName: HOSTILE,
    avatarUrl: `"><script>`,
    syncError: HOSTILE,
    token: HOSTILE,
    scopes: [HOSTILE],
    profile: { ...props.profile, bio_description: HOSTILE, display_name: HOSTILE },
    justConnected: true,
  });
  expect(String(page)).not.toContain("<script");
});
