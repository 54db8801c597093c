import type { LiveSession } from "../../../domain/records/tiktok.ts";
import { clock, count, coveragePercent, duration } from "../../format.ts";
import { Missing, Num } from "../../ui/Num.tsx";
import { Tile, Tiles } from "../../ui/Tile.tsx";

export function SessionTiles({ session }: { session: LiveSession }) {
  const { diamonds, diamondsBefore, durationSeconds, pausedSeconds, averageViewers, peakViewers, peakAt, coverage } =
    session;
  return (
    <Tiles>
      <Tile
        label="Diamonds"
        value={<Num>{count(diamonds)}</Num>}
        note={
          diamondsBefore > 0 ? (
            <>
              incl. <bdi dir="ltr">{count(diamondsBefore)}</bdi> before tracking
            </>
          ) : (
            "all of them counted here"
          )
        }
      />
      <Tile
        label="Duration"
        value={<Num>{duration(durationSeconds)}</Num>}
        note={pausedSeconds >= 60 ? `without ${duration(pausedSeconds)} of pause` : "no pause"}
      />
      <Tile
        label="Average viewers"
        value={
          averageViewers === null ? <Missing why="No viewer count was seen" /> : <Num>{count(averageViewers)}</Num>
        }
        note="weighted by time"
      />
      <Tile
        label="Peak viewers"
        value={peakViewers === null ? <Missing why="No viewer count was seen" /> : <Num>{count(peakViewers)}</Num>}
        note={peakAt ? `at ${clock(peakAt)}` : null}
      />
      <Tile
        label="Coverage"
        value={<Num>{coveragePercent(coverage)}</Num>}
        note={
          <>
            <bdi dir="ltr">{`${duration(coverage * durationSeconds)} of ${duration(durationSeconds)}`}</bdi>
            {coverage < 0.8 ? ", partial" : null}
          </>
        }
      />
    </Tiles>
  );
}
