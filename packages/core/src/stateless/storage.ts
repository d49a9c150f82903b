import { complete, fail, mustCount } from "../config.ts";
import { type Duration, milliseconds } from "../duration.ts";
import type { Core } from "../session/core.ts";
import type { TokenStorage } from "../session/strategy.ts";
import type { SessionStore } from "../store/contract.ts";
import type { CodecContext, TokenCodec } from "./codec.ts";
import { capacity, chunkingJar, MAX_CHUNKS } from "./jar.ts";
import { Ledger } from "./revocation/ledger.ts";
import { statelessStrategy } from "./strategy.ts";

/** A revocation store whose answers may be a little out of date. */
export interface CachedRevocation {
  store: SessionStore;
  /**
   * How old an answer of the store may be. Default `"0s"`: every request asks. With `"5s"` a busy client costs one read in five seconds, and
   * a logout on another machine is seen up to five seconds late. At most `"5m"`.
   */
  staleness?: Duration;
}

/** What all storages have to be told whose sessions live in their tokens. */
export interface TokenStorageOptions {
  /**
   * Where it is remembered which sessions have ended before their time: any session store. Without, a token that was copied stays good
   * after its user has logged out, which has to be spelled out: `"none"` (OWASP ASVS 7.4.1).
   */
  revocation: SessionStore | CachedRevocation | "none";
  /**
   * Into how many cookies a token may be put, 1 to 4. Default 1: what does not fit into the browser's 4096 bytes throws. Every request
   * carries them all; two and more need servers and proxies that admit as long a Cookie header (Node.js: 16 kB in all, nginx: 8 kB).
   * With `cookie.partitioned` at most 2, as Chromium keeps 10 KiB of such cookies for each site.
   */
  chunks?: number;
}

/** Chromium's limit for each partition (https://github.com/privacycg/CHIPS) has room for two whole cookies. */
const MAX_PARTITIONED = 2;

const DEFAULTS = { revocation: undefined, chunks: 1 };
const CACHED = { store: undefined as SessionStore | undefined, staleness: "0s" as Duration };
const LONGEST: Duration = "5m";

/** Sessions in tokens that `codec` makes: for packages that bring a kind of token of their own. */
export function tokenStorage(
  options: TokenStorageOptions,
  codec: (context: CodecContext) => TokenCodec,
): TokenStorage {
  const { revocation, chunks } = complete<{
    revocation: TokenStorageOptions["revocation"] | undefined;
    chunks: number;
  }>(options, "storage", DEFAULTS);
  mustCount("storage.chunks", chunks);
  if (chunks > MAX_CHUNKS) {
    fail(
      "storage.chunks",
      `must be at most ${MAX_CHUNKS}: more does not get through servers and proxies`,
    );
  }
  const { store, staleness } = revocationOf(revocation);
  return {
    revocation: store,
    attach(core: Core) {
      const { cookie, clock, random, events } = core;
      if (cookie.partitioned && chunks > MAX_PARTITIONED) {
        fail(
          "storage.chunks",
          `must be at most ${MAX_PARTITIONED} with cookie.partitioned: Chromium keeps 10 KiB of such cookies for each site, and drops the oldest without a word`,
        );
      }
      const maxLength = capacity(cookie.name, chunks);
      const ledger = store && new Ledger(core, staleness);
      if (!ledger) {
        // Once whoever has made the manager has had the time to listen.
        queueMicrotask(() => events.emit("warning", { code: "no-revocation", message: GIVEN_UP }));
      }
      const own = {
        core,
        codec: codec({ cookieName: cookie.name, maxLength, clock, random }),
        ledger,
      };
      return statelessStrategy(own, chunkingJar);
    },
  };
}

const GIVEN_UP =
  'revocation is "none": a copied token stays good until it expires, after a logout, a login and a rotation too; ' +
  "nobody can be logged out from elsewhere, and no user's sessions can be listed or limited";

function revocationOf(option: TokenStorageOptions["revocation"] | undefined): {
  readonly store: SessionStore | undefined;
  readonly staleness: number;
} {
  if (option === "none") return { store: undefined, staleness: 0 };
  if (option === undefined) {
    fail(
      "storage.revocation",
      'must be a session store, or "none" spelled out: without one nobody can be logged out before the token expires',
    );
  }
  if (typeof option !== "object" || option === null) {
    fail("storage.revocation", 'must be a session store, { store, staleness }, or "none"');
  }
  if ("read" in option) return { store: option, staleness: 0 };
  const { store, staleness } = complete(option, "storage.revocation", CACHED);
  const ms = milliseconds(staleness, "storage.revocation.staleness");
  if (ms > milliseconds(LONGEST, "staleness")) {
    fail(
      "storage.revocation.staleness",
      `must be at most "${LONGEST}": whoever is put out stays in as long`,
    );
  }
  return {
    store: store ?? fail("storage.revocation.store", "must be a session store"),
    staleness: ms,
  };
}
