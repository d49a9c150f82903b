import { format, inspect } from "node:util";
import { sessionEventNames } from "@coatcheck/core/event-names";
import type { OidcEvents } from "@coatcheck/oidc";
import { expect } from "vitest";
import type { Exchange, Web } from "../browser/web.ts";
import type { TestProvider } from "../provider/provider.ts";
import type { Parts } from "./app.ts";
import type { Site } from "./sites.ts";

const OIDC_EVENTS: Readonly<Record<keyof OidcEvents, true>> = {
  login: true,
  "login-refused": true,
  logout: true,
  "provider-logout": true,
  "logout-token-refused": true,
  "tokens-renewed": true,
  "grant-ended": true,
  "provider-failed": true,
  "store-error": true,
};

const CONSOLE = ["debug", "error", "info", "log", "trace", "warn"] as const;

/** Everything that an application says, to browsers, logs and listeners; and at the end, that no secret was in it. */
export class Watch {
  readonly #said: { readonly where: string; readonly text: string }[] = [];
  readonly #objects: (readonly [string, unknown])[] = [];
  readonly #restore: Array<() => void> = [];

  constructor() {
    for (const method of CONSOLE) {
      const before = console[method];
      console[method] = (...args: unknown[]) => this.log(format(...args));
      this.#restore.push(() => {
        console[method] = before;
      });
    }
  }

  /** A line of a log. */
  log(text: string): void {
    if (process.env.SHOW_LOG) process.stderr.write(`${text}\n`);
    // Access logs have the provider's own redirect, code and all: that one is worth nothing without the verifier, and used up.
    const line = text.replaceAll(/\/auth\/callback\?[^"\s]*/g, "/auth/callback");
    this.#said.push({ where: "log", text: line });
  }

  /** An error or an event: all that it carries. */
  note(where: string, thing: unknown): void {
    const stack = thing instanceof Error ? thing.stack : "";
    const text = [inspect(thing, { depth: 12, showHidden: true }), json(thing), stack].join("\n");
    this.#said.push({ where, text });
  }

  hear(name: string, { sessions, oidc, api }: Parts): void {
    for (const event of sessionEventNames) {
      sessions.events.on(event, (it) => this.note(`${name}: ${event}`, it));
    }
    for (const event of Object.keys(OIDC_EVENTS) as (keyof OidcEvents)[]) {
      oidc.events.on(event, (it) => this.note(`${name}: oidc ${event}`, it));
    }
    this.#objects.push(
      [`${name}: sessions`, sessions],
      [`${name}: oidc`, oidc],
      [`${name}: api`, api],
    );
  }

  /** Gives the console back, and asserts that nothing was told. */
  end(web: Web, providers: readonly TestProvider[], sites: readonly Site[]): void {
    for (const restore of this.#restore.splice(0)) restore();
    for (const [where, object] of this.#objects) this.note(where, object);
    const own = web.exchanges.filter(({ url }) =>
      sites.some(({ origin }) => origin === url.origin),
    );
    const secrets = secretsOf(providers, sites);
    const cookies = sessionSecrets(own);
    const told: string[] = [];
    const look = (where: string, text: string, among: Iterable<string>): void => {
      for (const secret of among) {
        if (text.includes(secret)) told.push(`${where} tells ${secret.slice(0, 12)}… in ${text}`);
      }
    };
    for (const { where, text } of this.#said) look(where, text, [...secrets, ...cookies]);
    for (const exchange of own) {
      const where = `${exchange.method} ${exchange.url.pathname}: ${exchange.status}`;
      const { "set-cookie": lines = [], location = "", ...headers } = exchange.headers;
      const rest = `${JSON.stringify(headers)}\n${withoutHint(location, providers)}\n${exchange.body}`;
      look(where, rest, [...secrets, ...cookies]);
      // The session cookie is where the session's token belongs, and nothing else does; neither does it in plain base64.
      const value = lines.join("\n");
      look(`${where}, Set-Cookie`, `${value}\n${decoded(value)}`, secrets);
    }
    expect(told).toEqual([]);
    // Who has seen nothing has not shown anything.
    expect(secrets.size).toBeGreaterThan(sites.length);
    expect(own.length).toBeGreaterThan(0);
  }
}

/** Of a JWT also its parts: nobody need tell all of it to tell it. */
function secretsOf(providers: readonly TestProvider[], sites: readonly Site[]): Set<string> {
  const all = new Set(sites.map(({ secret }) => secret));
  for (const { ledger } of providers) {
    for (const secret of [...ledger.secrets, ...ledger.codes]) {
      const [header, ...parts] = secret.split(".");
      for (const part of parts.length === 2 ? parts : [header]) if (part) all.add(part);
    }
  }
  return all;
}

function sessionSecrets(exchanges: readonly Exchange[]): Set<string> {
  const lines = exchanges.flatMap(({ headers }) => headers["set-cookie"] ?? []);
  const values = lines.map((line) => /^__Host-id=([^;]*)/.exec(line)?.[1] ?? "");
  return new Set(values.flatMap((it) => it.split(".").slice(-1)).filter((it) => it.length > 20));
}

/** OpenID Connect RP-Initiated Logout sends the ID token back to whom it came from, and there is no other way than this redirect. */
function withoutHint(location: string, providers: readonly TestProvider[]): string {
  const url = URL.parse(location);
  if (url && providers.some(({ issuer }) => url.href.startsWith(`${issuer}/session/end?`))) {
    url.searchParams.delete("id_token_hint");
    return url.href;
  }
  return location;
}

function decoded(text: string): string {
  const words = text.match(/[\w-]{16,}/g) ?? [];
  return words.map((word) => Buffer.from(word, "base64url").toString("latin1")).join("\n");
}

function json(thing: unknown): string {
  try {
    return JSON.stringify(thing) ?? "";
  } catch {
    return "";
  }
}
