import { getTableColumns } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { SUBSCRIBED_TYPES, WEBHOOK_DATA, type WebhookEventType } from "../../../domain/webhook-events.ts";
import { TIKTOK_COLUMNS, TIKTOK_ROWS } from "../../../platform/db/derived.ts";

const TYPES = Object.keys(WEBHOOK_DATA) as WebhookEventType[];

const camel = (column: string): string => column.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

/** Every name, the API's and the database's, under which something of TikTok's lies. */
const OF_TIKTOK = [
  ...Object.values(TIKTOK_COLUMNS).flat(),
  ...Object.values(TIKTOK_ROWS).flatMap((table) => Object.keys(getTableColumns(table))),
].flatMap((column) => [column, camel(column)]);

/** What an event has to say, in values that would pass. */
const SAID: Record<string, unknown> = {
  stage: "lead",
  tier: "A2",
  tags: ["own"],
  changed: ["niche"],
  version: 3,
  role: "agent",
  previousRole: "viewer",
  team: null,
  ownerId: null,
  deletedAt: null,
  reassignedTo: null,
};

const LEAK = "said by TikTok";

/** A whole record, everything of TikTok's and every detail of a person in it. */
const stuffed = (type: WebhookEventType): Record<string, unknown> => {
  const people = [
    "displayName",
    "handle",
    "legalName",
    "email",
    "phone",
    "name",
    "custom",
    "doNotPitch",
    "stageReason",
  ];
  const everything = Object.fromEntries([...OF_TIKTOK, ...people, "figures", "roomId"].map((name) => [name, LEAK]));
  const own = Object.keys(WEBHOOK_DATA[type].shape).map((name) => [
    name,
    SAID[name] ?? (name in SAID ? null : `own ${name}`),
  ]);
  return { ...everything, ...Object.fromEntries(own) };
};

describe.each(TYPES)("%s", (type) => {
  test("says nothing of TikTok's and nothing that names or reaches a person, whatever it is handed", () => {
    const said = JSON.stringify(WEBHOOK_DATA[type].parse(stuffed(type)));
    expect(said).not.toContain(LEAK);
    expect(said).toContain("own ");
  });

  test("has no field that a purge would have to empty", () => {
    // Rows' ids and times are named alike everywhere; what they hold is proved above.
    const shared = ["id", "createdAt", "creatorId", "updatedAt"];
    const fields = Object.keys(WEBHOOK_DATA[type].shape).filter((name) => !shared.includes(name));
    expect(fields.filter((name) => OF_TIKTOK.includes(name))).toEqual([]);
  });
});

test("of a connection and of a LIVE an event says ids and nothing else", () => {
  for (const type of TYPES.filter((name) => /^(connection|live)\./.test(name)))
    for (const field of Object.keys(WEBHOOK_DATA[type].shape))
      expect([type, field]).toEqual([type, expect.stringMatching(/^id$|Id$/)]);
});

test("a test message is asked for by hand: nobody subscribes to it", () => {
  expect([...SUBSCRIBED_TYPES, "webhook.test"]).toEqual(TYPES);
});
