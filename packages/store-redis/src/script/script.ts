import { createHash } from "node:crypto";
import type { Send } from "../client/client.ts";

/** Runs on the server, as one step. */
export interface Script {
  readonly text: string;
  readonly sha1: string;
}

export function script(text: string): Script {
  return { text, sha1: createHash("sha1").update(text).digest("hex") };
}

/** Runs `script` by its name, and by its text where the server does not know it: at first, and after a restart or failover. */
export async function run(
  send: Send,
  { text, sha1 }: Script,
  key: string,
  first: string | number,
  args: readonly (string | number)[],
): Promise<unknown> {
  // One list, which is what a client takes.
  const call = ["EVALSHA", sha1, "1", key, String(first)];
  for (const arg of args) call.push(String(arg));
  try {
    return await send(key, call);
  } catch (error) {
    if (!isUnknownScript(error)) throw error;
    return send(key, ["EVAL", text, ...call.slice(2)]);
  }
}

function isUnknownScript(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith("NOSCRIPT");
}
