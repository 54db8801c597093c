/** What a tester may turn while the simulator runs: POST /_control/settings. */
import { z } from "zod";

export const settingsSchema = z.object({
  /** Life of an access token, seconds. TikTok's own since November 2026: 2 h. */
  accessSeconds: z.coerce.number().int().positive(),
  /** Life of a refresh token, seconds. TikTok's own: 180 d. */
  refreshSeconds: z.coerce.number().int().positive(),
  /** Requests a sliding minute and endpoint of the Display API. */
  rateLimit: z.coerce.number().int().nonnegative(),
  /** What a revoke ends: the grant of that token, or every grant that the account gave to the app. */
  revokeEnds: z.enum(["grant", "account"]),
  /** check_alive has been seen to call every room alive. */
  everyRoomAlive: z.boolean(),
});

export type Settings = z.infer<typeof settingsSchema>;

export const DEFAULT_SETTINGS: Settings = {
  accessSeconds: 7_200,
  refreshSeconds: 15_552_000,
  rateLimit: 600,
  revokeEnds: "grant",
  everyRoomAlive: false,
};
