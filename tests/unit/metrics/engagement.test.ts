import { expect, test } from "vitest";
import { engagementRate, type VideoCounts } from "../../../domain/metrics/engagement.ts";

const video = (views: number | null, likes: number | null, comments = 0, shares = 0, createdAt = 0): VideoCounts => ({
  createdAt,
  views,
  likes,
  comments,
  shares,
});

test("reactions are divided by views over all videos, not video by video", () => {
  const { rate, videos } = engagementRate([video(10_000, 500, 50, 25), video(1_000, 100, 20, 10)]);
  expect(rate).toBe(705 / 11_000);
  expect(rate).toBeCloseTo(0.06409, 5);
  expect(videos).toBe(2);
});

test("a video without views is left out", () => {
  expect(engagementRate([video(100, 10), video(0, 90)])).toEqual({ rate: 0.1, videos: 1 });
});

test("a video whose counts are not known is left out, never taken for 0", () => {
  expect(engagementRate([video(100, 10), video(100, null), video(null, 5)])).toEqual({ rate: 0.1, videos: 1 });
});

test("only the latest 20 videos count, in whatever order they come", () => {
  const old = video(1_000_000, 0, 0, 0, 1);
  const latest = Array.from({ length: 20 }, (_, index) => video(100, 10, 0, 0, 100 + index));
  expect(engagementRate([old, ...latest])).toEqual({ rate: 0.1, videos: 20 });
});

test("without views there is no rate", () => {
  expect(engagementRate([])).toEqual({ rate: null, videos: 0 });
  expect(engagementRate([video(0, 0)])).toEqual({ rate: null, videos: 0 });
});
