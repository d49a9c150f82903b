/** `fetch`, as far as it is needed here; for proxies and tests. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** A set of a hundred RSA keys has a fifth of it. */
const MOST_BYTES = 262_144;

/** The JSON behind an address that was configured, or that the provider's metadata name. A redirect is not followed: the address is what it is. */
export async function fetchJson(fetch: Fetch, url: URL, timeoutMs: number): Promise<unknown> {
  const response = await fetch(url.href, {
    headers: { accept: "application/json, application/jwk-set+json" },
    redirect: "manual",
    signal: AbortSignal.timeout(timeoutMs),
  });
  try {
    if (response.status !== 200) throw new Error(`status ${response.status}, and not 200`);
    return JSON.parse(await textOf(response));
  } finally {
    // What is not read would keep the connection.
    if (response.body && !response.bodyUsed) await response.body.cancel();
  }
}

/** Counted as it arrives, decompressed: whatever a header says of its length. */
async function textOf({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > MOST_BYTES) throw new Error(`more than ${MOST_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
