/**
 * Fills a store with sessions and tells what they weigh and what the store does in a second, as Markdown.
 *
 * `capacity --store redis://127.0.0.1:6379 --sessions 1000000 --data-bytes 200`
 */
import { parseArgs } from "node:util";
import { fill } from "./fill.ts";
import { measureOperations } from "./operations.ts";
import { Progress } from "./progress.ts";
import { measureRevocation } from "./revocation.ts";
import { openTarget } from "./targets.ts";

const { values } = parseArgs({
  options: {
    store: { type: "string" },
    sessions: { type: "string", default: "1000000" },
    "data-bytes": { type: "string", default: "200" },
    seconds: { type: "string", default: "5" },
    parallel: { type: "string", default: "64" },
  },
});
const usage =
  "capacity --store redis://… | postgres://… | mysql://… [--sessions 1000000] [--data-bytes 200] [--seconds 5] [--parallel 64]";
if (values.store === undefined) throw new TypeError(`usage: ${usage}`);

const settings = {
  sessions: whole("sessions", values.sessions),
  dataBytes: whole("data-bytes", values["data-bytes"]),
  seconds: whole("seconds", values.seconds),
  parallel: whole("parallel", values.parallel),
};
const target = await openTarget(values.store);
const progress = new Progress();
try {
  const weight = await fill(target, settings, progress);
  const operations = await measureOperations(target, settings, progress);
  const revocation = await measureRevocation(target, settings, progress);
  progress.end();
  console.log([`## ${target.name}`, weight, operations, revocation].join("\n\n"));
} finally {
  await target.remove();
}

function whole(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new TypeError(`--${name} must be a whole number from 1: ${usage}`);
  }
  return value;
}
