import type { LiveSession, LiveSessionSummary } from "../../../domain/records/tiktok.ts";
import oracle from "../../fixtures/live/oracle.json";

/** What the recorded LIVEs come to: the table of `live-protocol.md`. */

export const RECORDED = [
  { file: "room-complete", room: "7309128470994258694", B: 32_983, T: 37, R: 2, confidence: "reconciled" },
  { file: "room-streaks", room: "7289038229041367840", B: 2_844, T: 16, R: 4, confidence: "reconciled" },
  { file: "room-gap", room: "7301028065916160774", B: 23_678, T: 148, R: 7_254, confidence: "reconciled" },
  { file: "room-end", room: "7301028065916160774", B: 23_678, T: 147, R: 7_255, confidence: "reconciled" },
  { file: "room-end", room: "7311980966648564481", B: 0, T: 1, R: 0, confidence: "partial" },
  { file: "room-pause", room: "7300993857827228449", B: 0, T: 0, R: 0, confidence: "partial" },
] as const;
export type RecordedRoom = (typeof RECORDED)[number];

const rooms: Record<string, Record<string, Record<string, { diamonds: Record<string, number | null> }>>> = Object(
  oracle,
);

export const expectedOf = ({ file, room, B, T, R, confidence }: RecordedRoom) => {
  const truth = rooms[file]?.rooms?.[room]?.diamonds;
  return {
    diamonds: B + T + R,
    diamondsBefore: B,
    diamondsTracked: T + R,
    diamondsRecovered: R,
    diamondsByWitness: { streak: truth?.maxPerStreak, delta: truth?.sumOfDeltas, counter: truth?.counterGain },
    confidence,
  };
};

export const figuresOf = (session: LiveSessionSummary) => ({
  diamonds: session.diamonds,
  diamondsBefore: session.diamondsBefore,
  diamondsTracked: session.diamondsTracked,
  diamondsRecovered: session.diamondsRecovered,
  diamondsByWitness: session.diamondsByWitness,
  confidence: session.confidence,
});

export const addedUp = ({ minutes }: LiveSession): number => minutes.reduce((sum, { diamonds }) => sum + diamonds, 0);
