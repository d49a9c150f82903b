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
  args: readonly (string | number)[],
): Promise<unknown> {
  const rest = ["1", key, ...args.map(String)];
  try {
    return await send(key, "EVALSHA", sha1, ...rest);
  } catch (error) {
    if (!isUnknownScript(error)) throw error;
    return send(key, "EVAL", text, ...rest);
  }
}

function isUnknownScript(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith("NOSCRIPT");
}
