import { describe, expect, it } from "vitest";
import { AppError } from "../../../../domain/app-error.ts";
import { apiError, describe as explain, oauthError, TiktokError } from "../../../../platform/tiktok/errors.ts";

describe("an error of TikTok's", () => {
  it("is one of the app's errors, with a stable code and TikTok's documented one", () => {
    const error = apiError("scope_not_authorized", 401);
    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject({ code: "tiktok_scope", kind: "scope", reason: "scope_not_authorized", passes: false });
  });

  it("keeps no code that is not documented: it could be anything", () => {
    expect(oauthError("act.SECRET", 400)).toMatchObject({ kind: "malformed", reason: null });
    expect(oauthError("constructor")).toMatchObject({ kind: "malformed", reason: null });
  });

  it("passes by itself exactly when nobody has to do anything", () => {
    const passing = (
      ["denied", "invalid_grant", "token_dead", "scope", "rate_limited", "transient", "malformed", "config"] as const
    ).filter((kind) => new TiktokError(kind).passes);
    expect(passing).toEqual(["rate_limited", "transient", "malformed"]);
  });

  it("is explained in one or two plain sentences", () => {
    expect(explain(oauthError("invalid_grant"))).toBe(
      "TikTok ended this connection. The creator has to connect again with a new invite.",
    );
    expect(explain(new TypeError("act.SECRET"))).not.toContain("SECRET");
  });
});
