import { expect, test } from "vitest";
import { SettingError, settingsFrom } from "./environment.ts";

test("a session may be silent for a day, or for what DEMO_IDLE says", () => {
  expect(settingsFrom({}, 5).idleMs).toBe(86_400_000);
  expect(settingsFrom({ DEMO_IDLE: "" }, 5).idleMs).toBe(86_400_000);
  expect(settingsFrom({ DEMO_IDLE: "90s" }, 5).idleMs).toBe(90_000);
  expect(settingsFrom({ DEMO_IDLE: "7d" }, 5).idleMs).toBe(7 * 86_400_000);
});

test.each(["90", "2 m", "4s", "8d", "-1h", "0x10s", "1e3s", "2w", "forever", "9999999999s"])(
  "DEMO_IDLE=%s is refused, with what it should be",
  (given) => {
    const read = () => settingsFrom({ DEMO_IDLE: given }, 5);
    expect(read).toThrow(SettingError);
    expect(read).toThrow(`not ${JSON.stringify(given)}`);
  },
);
