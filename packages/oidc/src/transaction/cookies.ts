import { createHash } from "node:crypto";
import type { CookiePolicy, HeaderPair, SessionRequest } from "@coatcheck/core";
import { cookiePolicy } from "@coatcheck/core";
import { clearCookie, headerOf, setCookie } from "@coatcheck/core/node";
import { type Sealer, sealer } from "@coatcheck/core/token-storage";
import type { Settings } from "../options/settings.ts";

type Tools = Pick<
  Settings<object>,
  "ring" | "clock" | "random" | "issuer" | "clientId" | "baseUrl" | "path" | "responseMode"
>;

/** What a cookie holds. */
export type Kept =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly reason: "missing" | "expired" };

/** What the cookies of this package are for. One is worth nothing in another's place. */
type Purpose = "login" | "response" | "logout";

/**
 * Sealed cookies that live for one errand, each under a name of its own, so that several tabs do not get into each other's way. Bound to the issuer and the
 * client: what was begun at one provider ends at no other (mix-up, RFC 9700 section 2.1).
 */
export class ErrandCookies {
  readonly #tools: Tools;
  readonly #purpose: Purpose;
  readonly #prefix: string;
  readonly #sealer: Sealer;

  constructor(tools: Tools, purpose: Purpose) {
    const { ring, clock, random, issuer, clientId, baseUrl, path } = tools;
    const place = digest(JSON.stringify([issuer, clientId, baseUrl, path])).slice(0, 6);
    this.#tools = tools;
    this.#purpose = purpose;
    this.#prefix = `__Host-oidc-${purpose}-${place}-`;
    this.#sealer = sealer(ring, {
      purpose: JSON.stringify(["oidc", purpose, issuer, clientId]),
      // The name of each holds the digest of its key; the key itself is in the seal.
      cookieName: this.#prefix,
      maxLength: 4096 - this.#prefix.length - KEY_LENGTH,
      clock,
      random,
    });
  }

  /** Throws a `CookieDeliveryError` for a text that is too long. */
  set(key: string, text: string, expiresAt: number): HeaderPair {
    const seal = this.#sealer.seal(JSON.stringify([key, text]), expiresAt);
    const seconds = (expiresAt - this.#tools.clock()) / 1000;
    return ["set-cookie", setCookie(this.#policy(this.#prefix + keyOf(key)), seal, seconds)];
  }

  /** What this browser has for `key`. */
  get(request: SessionRequest, key: string): Kept {
    const name = this.#prefix + keyOf(key);
    const found = cookiesOf(request).filter((cookie) => cookie.name === name);
    const opened = found.map(({ value }) => this.#sealer.open(value));
    for (const it of opened) {
      if (!it.ok) continue;
      const [own, text] = JSON.parse(it.text) as [string, string];
      if (own === key) return { ok: true, text };
    }
    const isOver = opened.some((it) => !it.ok && it.reason === "expired");
    return { ok: false, reason: isOver ? "expired" : "missing" };
  }

  /** Its errand is done, or has failed. */
  clear(key: string): HeaderPair {
    return this.#remove(this.#prefix + keyOf(key));
  }

  /** Makes room for one more among `most`: the oldest go, and what cannot be read. */
  makeRoom(request: SessionRequest, most: number, ageOf: (text: string) => number): HeaderPair[] {
    const own = cookiesOf(request).filter(({ name }) => name.startsWith(this.#prefix));
    const aged = own.map(({ name, value }) => {
      const opened = this.#sealer.open(value);
      const text = opened.ok ? (JSON.parse(opened.text) as [string, string])[1] : undefined;
      return { name, age: text === undefined ? Number.NEGATIVE_INFINITY : ageOf(text) };
    });
    aged.sort((a, b) => b.age - a.age);
    return aged.slice(most - 1).map(({ name }) => this.#remove(name));
  }

  #remove(name: string): HeaderPair {
    return ["set-cookie", clearCookie(this.#policy(name))];
  }

  #policy(name: string): CookiePolicy {
    // A form that another site's page posts carries no SameSite=Lax cookie (RFC 6265bis section 5.6.7.1).
    const crossSite = this.#purpose === "login" && this.#tools.responseMode === "form_post";
    return cookiePolicy({ name: name as `__Host-${string}`, sameSite: crossSite ? "none" : "lax" });
  }
}

const KEY_LENGTH = 10;

function keyOf(key: string): string {
  return digest(key).slice(0, KEY_LENGTH);
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function cookiesOf({ headers }: SessionRequest): { name: string; value: string }[] {
  return (headerOf(headers, "cookie") ?? "").split(";").flatMap((pair) => {
    const at = pair.indexOf("=");
    return at === -1 ? [] : [{ name: pair.slice(0, at).trim(), value: pair.slice(at + 1).trim() }];
  });
}
