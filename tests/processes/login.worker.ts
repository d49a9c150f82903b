import { once } from "node:events";
import { createSessions } from "@coatcheck/core";
import { sqliteStore } from "@coatcheck/store-sqlite";

// Usage: login.worker.ts PATH USER LIMIT TIMES: as many logins at once, and the most sessions ever seen in the list.
const [, , path = "", user = "", limit = "0", times = "0"] = process.argv;
const sessions = createSessions({
  storage: sqliteStore({ path }),
  limits: { perUser: Number(limit) },
});

process.send?.("ready");
await once(process, "message");
let most = 0;
const logins = Array.from({ length: Number(times) }, async () => {
  const session = await sessions.open({ headers: {} });
  await new Promise((resolve) => setImmediate(resolve));
  session.login(user);
  await sessions.commit(session);
  most = Math.max(most, (await sessions.list(user)).length);
});
await Promise.all(logins);
await sessions.close();
process.send?.(most);
process.disconnect?.();
