import { memoryStore, type SessionStore } from "@coatcheck/core";
import { explainRequests } from "@coatcheck/core/explain";
import { generateKey, sealed } from "@coatcheck/core/sealed";
import { instrumentSessions, observedStore } from "@coatcheck/opentelemetry";
import { asynchronousStore, type FrameworkHarness, type ManualClock } from "@coatcheck/testkit";
import { expect, test } from "vitest";
import { describeFramework } from "../frameworks/describe-framework.ts";
import { expressHarness } from "../frameworks/harness/express.ts";
import { telemetry } from "./telemetry.ts";

/** A secret, or a token that holds a whole session, has a run of so many of these. An id has 22. */
const SECRET = /[\w-]{43}/;

const it = telemetry();
const leaks: string[] = [];
let explained = 0;

/** The same application, with everything that observes it. */
const observed: FrameworkHarness = {
  ...expressHarness,
  name: "Express, observed",
  start(app) {
    for (const { sessions } of app.managers) {
      explainRequests(sessions, (explanation) => {
        explained++;
        const text = `${explanation} ${JSON.stringify(explanation)}`;
        if (SECRET.test(text)) leaks.push(text);
      });
      instrumentSessions(sessions, { ...it, spans: true });
    }
    return expressHarness.start(app);
  },
};

const memory = (name: string, mode: (store: SessionStore) => SessionStore) => ({
  name,
  open: (clock: ManualClock) => ({ store: mode(observedStore(memoryStore({ clock }), it)) }),
});
const keys = generateKey();
const promises = memory("memory by promises", asynchronousStore);

// Whatever the suite says of an application holds for one that is observed.
describeFramework(observed, undefined, [
  memory("memory at once", (store) => store),
  promises,
  {
    ...promises,
    name: "sealed, revocation in memory by promises",
    storage: (options) => sealed({ keys, ...options }),
  },
]);

test("G15 nothing that was exported or explained of all this holds a secret", async () => {
  const { metrics, spans } = await it.exported();
  expect(spans.length).toBeGreaterThan(1000);
  expect(explained).toBeGreaterThan(1000);
  const attributes = (spans as readonly { name: string; attributes?: unknown }[]).map(
    ({ name, attributes }) => `${name} ${JSON.stringify(attributes)}`,
  );
  expect(attributes.filter((text) => SECRET.test(text))).toEqual([]);
  expect(SECRET.test(JSON.stringify(metrics))).toBe(false);
  expect(leaks).toEqual([]);
});
