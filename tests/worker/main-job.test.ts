import { expect, test } from "vitest";
import type { Tiktok } from "../../domain/records/tiktok.ts";
import { addCreator, agency, connect, until } from "../helpers/workerd/agency.ts";

test("a creator connects, profile and videos sync, and disconnecting leaves nothing behind", async () => {
  const { browser } = await agency();
  const creator = await addCreator(browser, { handle: "@Otto.Kettlebell" });
  await connect(browser, creator.id, { account: "otto.kettlebell" });

  const synced = await until(async () => {
    const tiktok = await browser.api<Tiktok>("GET", `/creators/${creator.id}/tiktok`);
    return tiktok.sync?.lastAt ? tiktok : null;
  });
  expect(synced.status).toBe("active");
  expect(synced.profile?.username).toBe("otto.kettlebell");
  expect(synced.metrics?.followers).toBeGreaterThan(100_000);
  const videos = await browser.api<{ items: unknown[] }>("GET", `/creators/${creator.id}/videos?limit=200`);
  expect(videos.items.length).toBeGreaterThan(20);

  const gone = await browser.api<{ status: string; revoked: unknown; deleted: { videos: number; snapshots: number } }>(
    "DELETE",
    `/creators/${creator.id}/tiktok`,
  );
  expect(gone).toMatchObject({
    status: "disconnected",
    revoked: true,
    deleted: { videos: videos.items.length, snapshots: 1 },
  });
  const after = await browser.api<Tiktok>("GET", `/creators/${creator.id}/tiktok`);
  expect(after).toMatchObject({ status: "disconnected", profile: null, metrics: null, sync: null });
  expect((await browser.api<{ items: unknown[] }>("GET", `/creators/${creator.id}/videos`)).items).toEqual([]);
});
