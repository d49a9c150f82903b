import type { Clock } from "@coatcheck/core";
import { type CompactVerifyGetKey, createLocalJWKSet, errors, type JSONWebKeySet } from "jose";
import { type Fetch, fetchJson } from "./fetch-json.ts";
import { ProviderKeysError } from "./keys-error.ts";

/** So long a set is used without a look. */
const FRESH = 600_000;
/** So long it is used if the provider cannot be reached: a key that was taken out of it counts until then. */
const LONGEST = 3_600_000;
/** For a key that is not there the provider is asked once in so long, whatever tokens name. */
const PAUSE = 30_000;
/** After a failure it is left alone for so long: no token can make us hammer one that is down. */
const AFTER_FAILURE = 5_000;
/** So far, in milliseconds, a clock may go back without a word. */
const CORRECTION = 5_000;

export interface ProviderKeysOptions {
  /** Where the set is, as the provider's own metadata say. Asked for when it is needed. */
  readonly address: () => URL | Promise<URL>;
  readonly clock: Clock;
  readonly fetch?: Fetch | undefined;
  /** Of one request, in milliseconds. Default 5000. */
  readonly timeout?: number;
}

/**
 * The keys of one provider. One request at a time, whoever asks. A key that is not in the set is looked for once, since the provider may have made it
 * a moment ago. The getter throws a `ProviderKeysError` if the set cannot be had, and jose's own error for a key that is not in it.
 */
export function providerKeys(options: ProviderKeysOptions): CompactVerifyGetKey {
  const { address, clock, fetch = globalThis.fetch as Fetch, timeout = 5_000 } = options;
  let set: { readonly keys: CompactVerifyGetKey; readonly at: number } | undefined;
  let failure: { readonly error: unknown; readonly at: number } | undefined;
  let searchedAt = -Infinity;
  let pending: Promise<void> | undefined;

  /** What is still to come, by more than a clock is corrected on the way, was long ago: it was set back, and nobody waits until it is there again. */
  const since = (at: number): number => {
    const passed = clock() - at;
    return passed < -CORRECTION ? Infinity : passed;
  };
  const age = () => (set ? since(set.at) : Infinity);

  async function load(): Promise<void> {
    try {
      const keys = await fetchJson(fetch, await address(), timeout);
      set = { keys: createLocalJWKSet(keys as JSONWebKeySet), at: clock() };
      failure = undefined;
    } catch (error) {
      failure = { error, at: clock() };
    } finally {
      pending = undefined;
    }
  }

  /** Never rejects: what failed is kept for those who end up without keys. */
  async function ask(): Promise<void> {
    if (!pending && failure && since(failure.at) < AFTER_FAILURE) return;
    pending ??= load();
    await pending;
  }

  async function usable(): Promise<CompactVerifyGetKey> {
    if (age() >= FRESH) await ask();
    if (!set || age() >= LONGEST) throw new ProviderKeysError(failure?.error);
    return set.keys;
  }

  return async (header, token) => {
    const keys = await usable();
    try {
      return await keys(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      // Who comes while somebody looks for one waits for the same answer.
      if (!pending && since(searchedAt) < PAUSE) throw error;
      if (!pending) searchedAt = clock();
      await ask();
      return (await usable())(header, token);
    }
  };
}
