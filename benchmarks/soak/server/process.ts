import { isStepwise, openStore } from "../store/open.ts";
import { LocalServer } from "./local.ts";
import { managerOf } from "./manager.ts";
import type { Ask, Reply, ServerSettings } from "./message.ts";
import type { Numbered } from "./remote.ts";

// Usage: process.ts SETTINGS: one server of a soak, until its parent lets go of it.
const settings: ServerSettings = JSON.parse(process.argv[2] ?? "");
const opened = await openStore(settings.store, settings.run, false);
const server = new LocalServer(managerOf(opened.store, settings), isStepwise(settings.store));

let outbox: Numbered<Reply>[] = [];
function send(number: number, reply: Reply): void {
  if (outbox.length === 0) {
    setImmediate(() => {
      if (process.connected) process.send?.(outbox);
      outbox = [];
    });
  }
  outbox.push([number, reply]);
}

process.on("message", (asks) => {
  for (const [number, ask] of asks as Numbered<Ask>[]) {
    void server.ask(ask).then((reply) => send(number, reply));
  }
});
process.once("disconnect", async () => {
  await opened.close();
  process.exit();
});
process.send?.("ready");
