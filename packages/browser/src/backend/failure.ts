import { ClientStoreError } from "../errors.ts";

/** The error for what the browser threw as it was to store `text`; `used` and `free` in bytes. */
export function failure(
  cause: unknown,
  text: string,
  used?: number,
  free = Number.NaN,
): ClientStoreError {
  // Firefox long called it NS_ERROR_DOM_QUOTA_REACHED.
  if (!/quota/i.test((cause as Error | null)?.name ?? "")) {
    return new ClientStoreError("storage", "the browser's storage failed", { cause });
  }
  const needed = bytesOf(text);
  // Chromium tells each page that 10 GiB are free, whatever is: then nobody knows.
  const available = free < needed ? Math.max(0, free) : undefined;
  const message = `no room for ${needed} bytes beside ${used ?? "what is there"}`;
  return new ClientStoreError("quota", message, { cause, needed, used, available });
}

/** Two for each unit, as browsers count Web Storage. */
export const bytesOf = (text: string): number => 2 * text.length;
