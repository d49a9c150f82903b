import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "redis";

/** node-redis as its README sets it up. */
export async function redisClient() {
  const client = createClient({
    url: process.env.TAX_REDIS ?? "redis://127.0.0.1:6379",
    disableOfflineQueue: true,
  });
  await client.on("error", (error) => console.error(error.message)).connect();
  return client;
}

export type Redis = Awaited<ReturnType<typeof redisClient>>;

/** Commands of node-redis wait 5 seconds, for which each makes an `AbortSignal.timeout`. Without. */
export function untimed(client: Redis): Redis {
  return client.withCommandOptions({ timeout: 0 }) as Redis;
}

/**
 * 32 bytes each, the newest first: two after a renewal. The same in each process, so that one opens what another has sealed; 32 is also what
 * the peers ask of a secret.
 */
export function keys(): readonly [Buffer, ...Buffer[]] {
  const names = (process.env.TAX_KEYS ?? "first").split(",");
  return names.map((name) =>
    createHash("sha256").update(`coatcheck benchmark ${name}`).digest(),
  ) as unknown as readonly [Buffer, ...Buffer[]];
}

export function secrets(): string[] {
  return keys().map((key) => key.toString("base64url"));
}

export function temporaryFile(name: string): string {
  const directory = mkdtempSync(join(tmpdir(), "coatcheck-tax-"));
  process.on("exit", () => rmSync(directory, { recursive: true, force: true }));
  return join(directory, name);
}
