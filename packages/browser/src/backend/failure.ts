import { ClientStoreError } from "../errors.ts";

/** The error for what the browser threw as it was to store `text`; `used` and `available` in bytes. */
export function failure(cause: unknown, text: string, used: number, available?: number): ClientStoreError {
  const needed = bytesOf(text);
  // Firefox long called it NS_ERROR_DOM_QUOTA_REACHED.
  return /quota/i.test((cause as Error | null)?.name ?? "")
    ? new ClientStoreError("quota", `no room for ${needed} bytes: ${used} used, ${available} free`, {
        cause,
        needed,
        used,
        available,
      })
    : new ClientStoreError("storage", "the browser failed to store", { cause });
}

/** Two for each unit, as browsers count Web Storage. */
export const bytesOf = (text: string): number => 2 * text.length;
