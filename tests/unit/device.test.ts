import { describe, expect, it } from "vitest";
import { deviceOf } from "../../domain/device.ts";

const MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)";
const WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)";
const KIT = "AppleWebKit/537.36 (KHTML, like Gecko)";
const IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)";

describe("a device in plain words", () => {
  it.each([
    [`${WINDOWS} ${KIT} Chrome/142.0.0.0 Safari/537.36`, "Chrome on Windows"],
    [`${WINDOWS} ${KIT} Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0`, "Edge on Windows"],
    [`${WINDOWS} ${KIT} Chrome/142.0.0.0 Safari/537.36 OPR/124.0.0.0`, "Opera on Windows"],
    [`${MAC} AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15`, "Safari on Mac"],
    [`${IPHONE} Version/18.5 Mobile/15E148 Safari/604.1`, "Safari on iPhone"],
    [`${IPHONE} CriOS/142.0.0.0 Mobile/15E148 Safari/604.1`, "Chrome on iPhone"],
    [`${IPHONE} FxiOS/145.0 Mobile/15E148 Safari/605.1.15`, "Firefox on iPhone"],
    ["Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0", "Firefox on Linux"],
    [`Mozilla/5.0 (Linux; Android 16; Pixel 9) ${KIT} Chrome/142.0.0.0 Mobile Safari/537.36`, "Chrome on Android"],
    [
      `Mozilla/5.0 (Linux; Android 15; SM-S931B) ${KIT} SamsungBrowser/29.0 Chrome/136.0.0.0 Mobile Safari/537.36`,
      "Samsung Internet on Android",
    ],
    [`Mozilla/5.0 (X11; CrOS x86_64 16328.0.0) ${KIT} Chrome/142.0.0.0 Safari/537.36`, "Chrome on ChromeOS"],
    [`${WINDOWS} Something/1.0`, "A browser on Windows"],
    ["curl/8.17.0", "Unknown device"],
    ["", "Unknown device"],
    [null, "Unknown device"],
  ])("%s", (agent, words) => {
    expect(deviceOf(agent)).toBe(words);
  });

  it("stays the same after an update", () => {
    expect(deviceOf(`${MAC} ${KIT} Chrome/141.0.0.0 Safari/537.36`)).toBe(
      deviceOf(`${MAC} ${KIT} Chrome/142.0.0.0 Safari/537.36`),
    );
  });
});
