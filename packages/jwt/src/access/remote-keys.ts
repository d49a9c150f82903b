import { type CompactVerifyGetKey, createLocalJWKSet, errors, type JSONWebKeySet } from "jose";
import { AccessKeysError } from "./keys-error.ts";

/** So long a set is used without a look. */
const FRESH = 600_000;
/** So long it is used if the issuer cannot be reached: a key that was taken out of it counts until then. */
const LONGEST = 3_600_000;
/** With a set at hand the issuer is asked once in so long, whatever it answers, and whatever tokens name. */
const PAUSE = 30_000;
/** Without one, since nobody gets in meanwhile. */
const SHORT_PAUSE = 5_000;
const TIMEOUT = 5_000;
/** A set of a hundred RSA keys has a fifth of it. */
const MOST_BYTES = 262_144;

const HEADERS = { accept: "application/jwk-set+json, application/json" };

/**
 * The keys behind an address. One request at a time, whoever asks; a failure is remembered like an answer, so that no token can make us
 * hammer an issuer that is down.
 */
export function remoteKeys(url: URL): CompactVerifyGetKey {
  let set: { readonly keys: CompactVerifyGetKey; readonly at: number } | undefined;
  let askedAt = -Infinity;
  let failure: unknown;
  let pending: Promise<void> | undefined;

  const age = () => (set ? now() - set.at : Infinity);
  /** While a request is under way, too: then to ask is to wait for it. */
  const mayAsk = () => now() - askedAt >= (age() < LONGEST ? PAUSE : SHORT_PAUSE);

  /** Never rejects: what failed is kept for those who end up without keys. */
  function ask(): Promise<void> {
    pending ??= fetchKeys(url)
      .then(
        (keys) => {
          set = { keys, at: now() };
        },
        (error: unknown) => {
          failure = error;
        },
      )
      .finally(() => {
        askedAt = now();
        pending = undefined;
      });
    return pending;
  }

  async function usable(): Promise<CompactVerifyGetKey> {
    if (age() >= LONGEST) {
      if (mayAsk()) await ask();
    } else if (age() >= FRESH && !pending && mayAsk()) {
      // Only this one waits: for the others the set is good enough meanwhile.
      await ask();
    }
    if (!set || age() >= LONGEST) throw new AccessKeysError(failure);
    return set.keys;
  }

  return async (header, token) => {
    const keys = await usable();
    try {
      return await keys(header, token);
    } catch (error) {
      // A key that came since? The set stays if nobody can tell.
      if (!(error instanceof errors.JWKSNoMatchingKey) || !mayAsk()) throw error;
      await ask();
      return (await usable())(header, token);
    }
  };
}

async function fetchKeys(url: URL): Promise<CompactVerifyGetKey> {
  // A redirect is not followed: the address is what was configured.
  const signal = AbortSignal.timeout(TIMEOUT);
  const response = await fetch(url, { headers: HEADERS, redirect: "manual", signal });
  try {
    if (response.status !== 200) throw new Error(`status ${response.status}, and not 200`);
    return createLocalJWKSet(JSON.parse(await textOf(response)) as JSONWebKeySet);
  } finally {
    // What is not read would keep the connection.
    if (response.body && !response.bodyUsed) await response.body.cancel();
  }
}

/** Counted as it arrives, decompressed: whatever a header says of its length. */
async function textOf({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  // To leave the loop cancels what is left.
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > MOST_BYTES) throw new Error(`more than ${MOST_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** No change of the computer's time makes a set older or younger. */
function now(): number {
  return performance.now();
}
