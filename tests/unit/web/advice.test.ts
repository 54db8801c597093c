import { describe, expect, test } from "vitest";
import { TRACKING_STATES } from "../../../domain/live-message.ts";
import { createRoomApi } from "../../../durable/webcast/room-api.ts";
import { adviceFor, troublesOf } from "../../../web/tracking/advice.ts";
import { tracked } from "./live-now.ts";

const NOW = Date.parse("2026-11-23T20:00:00.000Z");
const ago = (seconds: number): string => new Date(NOW - seconds * 1000).toISOString();

/** What the server says of an answer of TikTok's or the signer's. */
const roomApi = (answer: () => Response) =>
  createRoomApi({
    webUrl: "https://web",
    webcastUrl: "https://webcast",
    signUrl: "https://sign",
    fetch: async () => answer(),
  });
const signed = async (status: number) => {
  const said = await roomApi(() => new Response("{}", { status })).sign("7", { userAgent: "ua" });
  return "refused" in said ? said.sentence : "";
};
const asked = async (body: string) => {
  const said = await roomApi(() => new Response(body)).liveStatus("somebody");
  return "sentence" in said ? said.sentence : "";
};

describe("what staff can do about a tracking", () => {
  test("is nothing where nothing is wrong", () => {
    for (const state of ["off", "waiting", "live", "paused"] as const)
      expect(adviceFor({ state, reason: null })).toBeNull();
  });

  test("is told of every other state, whatever the reason", () => {
    const happy = ["off", "waiting", "live", "paused"];
    for (const state of TRACKING_STATES.filter((one) => !happy.includes(one)))
      for (const reason of [null, "Something that a newer server says."])
        expect(adviceFor({ state, reason })?.says).toMatch(/\.$/);
  });

  test("is more than the state's own for each refusal that the server tells", async () => {
    const fallback = adviceFor({ state: "blocked", reason: null });
    const refusals = [
      [await signed(401), /LIVE_SIGN_KEY/, "reader"],
      [await signed(402), /plan at the signer/, "reader"],
      [await signed(403), /LIVE_SIGN_KEY/, "reader"],
      [await asked("<!doctype html>"), /turns this server's address away/, "reader"],
      [await asked('{"message":"user_not_found"}'), /Sync now/, "record"],
      ["TikTok refused the LIVE connection (DEVICE_BLOCKED).", /turns this server's address away/, "reader"],
      [
        "TikTok did not share a username, and the roster has no handle: add the handle to track LIVEs.",
        /TikTok handle into the details/,
        "record",
      ],
    ] as const;
    for (const [reason, says, step] of refusals) {
      expect(reason).not.toBe("");
      const advice = adviceFor({ state: "blocked", reason });
      expect(advice).not.toEqual(fallback);
      expect(advice).toEqual({ says: expect.stringMatching(says), step });
    }
  });

  test("is a connect link where the consent is missing, and an own reader where that is waited for", () => {
    expect(adviceFor({ state: "awaiting_consent", reason: null })?.step).toBe("connect_link");
    for (const reason of [
      "Waiting for your reader to connect.",
      "The LIVE connection fell silent. Waiting for your reader to connect again.",
      "Your reader's key or session is not good any more. Waiting for one that is.",
    ])
      for (const state of ["dialing", "waiting", "lost"] as const)
        expect(adviceFor({ state, reason })?.step).toBe("reader");
  });

  test("is to wait where it goes on by itself", () => {
    for (const state of ["limited", "lost", "dialing"] as const)
      expect(adviceFor({ state, reason: null })?.step).toBeNull();
    expect(adviceFor({ state: "waiting", reason: "TikTok did not answer properly." })?.step).toBeNull();
  });
});

describe("what somebody should look at", () => {
  test("is told once, with everybody it concerns: since the first, until the last", () => {
    const reason = "The LIVE signer asks to slow down; it goes on by itself at 20:10 UTC.";
    expect(
      troublesOf(
        [
          tracked("a", { state: "limited", reason, since: ago(60), until: ago(-600) }),
          tracked("b", { state: "limited", reason, since: ago(90), until: ago(-300) }),
        ],
        NOW,
      ),
    ).toMatchObject([{ state: "limited", creatorIds: ["a", "b"], since: ago(90), until: ago(-600) }]);
  });

  test("begins with the worst, and leaves out who is well", () => {
    const states = (["awaiting_consent", "waiting", "lost", "live", "limited", "blocked", "off"] as const).map(
      (state) => tracked(state, { state, since: ago(600) }),
    );
    expect(troublesOf(states, NOW).map(({ state }) => state)).toEqual([
      "blocked",
      "limited",
      "lost",
      "awaiting_consent",
    ]);
  });

  test("does not hold a dialing that has just begun, but one that takes a minute", () => {
    const of = (state: "dialing" | "lost", seconds: number) =>
      troublesOf([tracked("a", { state, since: ago(seconds) })], NOW).length;
    expect([of("dialing", 30), of("dialing", 60), of("lost", 59), of("lost", 61)]).toEqual([0, 1, 0, 1]);
  });
});
