/** Public counts of a video; null where TikTok did not give one. */
export interface VideoCounts {
  /** When it was posted, ms since epoch. */
  createdAt: number;
  views: number | null;
  likes: number | null;
  comments: number | null;
  shares: number | null;
}

/** The headline looks at this many of the latest videos. */
export const ENGAGEMENT_VIDEOS = 20;

/**
 * The headline engagement rate: Σ(likes + comments + shares) ÷ Σ views over the latest
 * 20 public videos. It weighs a video by its views, so one tiny video with a lucky
 * ratio does not lift it, as a mean of ratios would.
 *
 * @returns the rate as a fraction (0.06409 is 6.409 %; null when no views are known) and
 * over how many videos it was taken: those with 0 views or with a count missing are left out
 */
export function engagementRate(videos: readonly VideoCounts[]): { rate: number | null; videos: number } {
  const latest = videos.toSorted((a, b) => b.createdAt - a.createdAt).slice(0, ENGAGEMENT_VIDEOS);
  let reactions = 0;
  let views = 0;
  let counted = 0;
  for (const video of latest) {
    if (!video.views || video.likes === null || video.comments === null || video.shares === null) continue;
    reactions += video.likes + video.comments + video.shares;
    views += video.views;
    counted += 1;
  }
  return { rate: views === 0 ? null : reactions / views, videos: counted };
}
