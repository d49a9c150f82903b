import { fail } from "../config.ts";
import type { Core } from "../session/core.ts";
import type { NamedTransport } from "./transport.ts";

/** At construction: twice the same would only read every token twice. */
export function mustBeOnce({ transports }: Core, name: string): undefined {
  const named = transports as readonly Partial<NamedTransport>[];
  if (named.filter((it) => it.name === name).length < 2) return;
  fail("transport", `must have ${name} only once`);
}
