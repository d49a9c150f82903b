import { once } from "node:events";
import { createSessions } from "@coatcheck/core";
import { sqliteStore } from "@coatcheck/store-sqlite";

// Usage: increment.worker.ts PATH TOKEN TIMES: as many requests, one after the other, that each count one up.
const [, , path = "", token = "", times = "0"] = process.argv;
const sessions = createSessions<{ count: number }>({ storage: sqliteStore({ path }) });

process.send?.("ready");
await once(process, "message");
let conflicts = 0;
sessions.events.on("conflict", () => {
  conflicts += 1;
});
for (let i = 0; i < Number(times); i++) {
  const session = await sessions.open({ headers: { cookie: `__Host-id=${token}` } });
  // Lets the other process in between: opening and committing are one step each, but not one together.
  await new Promise((resolve) => setImmediate(resolve));
  session.update("count", (count = 0) => count + 1);
  await sessions.commit(session);
}
await sessions.close();
process.send?.(conflicts);
process.disconnect?.();
