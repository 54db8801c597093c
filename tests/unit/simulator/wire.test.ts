import fc from "fast-check";
import { PbfReader } from "pbf";
import { describe, expect, it } from "vitest";
import { cursorOf, positionOf, RoomLog } from "../../../simulator/live/room-log.ts";
import { decodePushFrame, encode, encodePushFrame, readInt64, writeInt64 } from "../../../simulator/live/wire.ts";

const roundTrip = (value: bigint | string): string =>
  new PbfReader(encode((pbf) => writeInt64(pbf, 3, value))).readFields<{ value: string }>(
    (_field, found, pbf) => {
      found.value = readInt64(pbf);
    },
    { value: "0" },
  ).value;

describe("int64 on the wire", () => {
  it("is exact to the last bit, beyond what a double holds", () => {
    fc.assert(fc.property(fc.bigInt(0n, 2n ** 64n - 1n), (value) => roundTrip(value) === value.toString()));
  });

  it("writes -1 as ten bytes, as protobuf does", () => {
    expect(roundTrip(-1n)).toBe("18446744073709551615");
  });
});

describe("a push frame", () => {
  it("is read as it was written", () => {
    const frame = {
      seqId: "7",
      logId: "7309142258877156102",
      headers: {},
      payloadType: "msg",
      payload: new Uint8Array([1, 2, 3]),
    };
    const read = decodePushFrame(encodePushFrame(frame));
    expect({ ...read, payload: [...read.payload] }).toEqual({ ...frame, payload: [1, 2, 3] });
  });
});

describe("the room log", () => {
  const message = (n: number) => ({ method: "m", msgId: String(n), payload: new Uint8Array() });
  const ids = (log: RoomLog, position: number) => log.read(position, 1_000).messages.map(({ msgId }) => msgId);

  it("gives every message after a cursor, once, however it is read", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(5), { maxLength: 20 }), fc.integer({ min: 1, max: 7 }), (appends, stride) => {
        const log = new RoomLog();
        const read: string[] = [];
        let [position, count] = [0, 0];
        for (const length of appends) {
          log.append(Array.from({ length }, () => message(count++)));
          const part = log.read(position, stride);
          read.push(...part.messages.map(({ msgId }) => msgId));
          position = positionOf(cursorOf(part.next, 1_700_000_000_000)) ?? -1;
        }
        expect([...read, ...ids(log, position)]).toEqual(Array.from({ length: count }, (_, n) => String(n)));
      }),
    );
  });

  it("has lost what is too old, and says where it goes on", () => {
    const log = new RoomLog(10);
    for (let n = 0; n < 25; n++) log.append([message(n)]);
    expect(log.end).toBe(25);
    expect(ids(log, 0)).toEqual(ids(log, 10).slice(0));
    expect(log.read(0, 1_000).next).toBe(25);
    expect(ids(log, 24)).toEqual(["24"]);
  });

  it("takes nothing else for a cursor", () => {
    for (const cursor of ["", "0", "t-1_r-1_d-x_u-1", "t-1_r-1_d-5_u-1; drop"])
      expect(positionOf(cursor)).toBeUndefined();
  });
});
