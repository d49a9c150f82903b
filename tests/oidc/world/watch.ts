import { format, inspect } from "node:util";
import { sessionEventNames } from "@coatcheck/core/event-names";
import type { OidcEvents } from "@coatcheck/oidc";
import { expect } from "vitest";
import type { Web } from "../browser/web.ts";
import type { TestProvider } from "../provider/provider.ts";
import type { Parts } from "./app.ts";
import { leaksIn, type Saying } from "./leaks.ts";
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
  readonly #said: Saying[] = [];
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
    // Access logs have the provider's own redirect, code and all: that one is worth nothing without the verifier, and used up.
    const line = text.replaceAll(/\/(auth|other)\/callback\?[^"\s]*/g, "/callback");
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
    const secrets = providers.flatMap(({ ledger }) => [...ledger.secrets, ...ledger.codes]);
    const issuers = providers.map(({ issuer }) => issuer);
    expect(leaksIn(web.exchanges, this.#said, { issuers, secrets, sites })).toEqual([]);
    // Who has heard nothing has not shown anything.
    expect(secrets.length).toBeGreaterThan(0);
    expect(web.exchanges.length).toBeGreaterThan(0);
  }
}

function json(thing: unknown): string {
  try {
    return JSON.stringify(thing) ?? "";
  } catch {
    return "";
  }
}
