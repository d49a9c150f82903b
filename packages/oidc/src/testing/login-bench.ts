import {
  createSessions,
  type HeaderPair,
  memoryStore,
  type SessionsOptions,
} from "@coatcheck/core";
import { generateKey } from "@coatcheck/core/sealed";
import type { Answer } from "../http/answer.ts";
import { createOidc } from "../oidc.ts";
import type { OidcOptions } from "../options/options.ts";
import { fakeIssuer, ISSUER } from "./fake-issuer.ts";

export interface Data {
  cart?: string[];
  name?: string;
}

export const KEY = generateKey();

/** A browser: keeps cookies, and sends them. */
export class Browser {
  readonly cookies = new Map<string, string>();

  get cookie(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  }

  keep(headers: readonly HeaderPair[]): void {
    for (const [name, line] of headers) {
      if (name !== "set-cookie") continue;
      const [pair = "", ...attributes] = line.split("; ");
      const at = pair.indexOf("=");
      if (attributes.includes("Max-Age=0")) this.cookies.delete(pair.slice(0, at));
      else this.cookies.set(pair.slice(0, at), pair.slice(at + 1));
    }
  }

  copy(): Browser {
    const twin = new Browser();
    for (const [name, value] of this.cookies) twin.cookies.set(name, value);
    return twin;
  }
}

interface BenchOptions {
  oidc?: Partial<OidcOptions<Data>>;
  sessions?: SessionsOptions<Data>;
  /** Without a secret. */
  isPublic?: boolean;
}

/** An application with a provider, by calls of `handle`. */
export async function loginBench({
  oidc: given,
  sessions: sessionOptions,
  isPublic = false,
}: BenchOptions = {}) {
  let now = Date.now();
  const clock = () => now;
  const issuer = await fakeIssuer(clock);
  const store = memoryStore({ clock });
  const sessions = createSessions<Data>({ clock, ...sessionOptions });
  const oidc = createOidc<Data>({
    sessions,
    store,
    keys: KEY,
    issuer: ISSUER,
    clientId: "shop",
    ...(!isPublic && { clientSecret: "s3cret" }),
    baseUrl: "https://shop.example.com",
    clock,
    fetch: issuer.fetch,
    ...given,
  });
  const events: [string, unknown][] = [];
  for (const name of [
    "login",
    "login-refused",
    "logout",
    "tokens-renewed",
    "grant-ended",
    "provider-failed",
  ] as const) {
    oidc.events.on(name, (event) => void events.push([name, event]));
  }

  const ask = async (
    browser: Browser,
    url: string,
    {
      method = "GET",
      form,
      headers = {},
    }: { method?: string; form?: URLSearchParams; headers?: Record<string, string> } = {},
  ): Promise<Answer> => {
    const answer = await oidc.handle({
      method,
      url,
      request: {
        method,
        headers: { host: "shop.example.com", cookie: browser.cookie, ...headers },
      },
      facts: { secure: () => true },
      form: async () => form,
    });
    if (!answer) throw new Error(`no answer to ${url}`);
    browser.keep(answer.headers);
    return answer;
  };

  return {
    issuer,
    sessions,
    store,
    oidc,
    events,
    ask,
    clock,
    pass(ms: number) {
      now += ms;
    },
    /** To the provider and back: the query with which the browser comes. */
    async begin(browser: Browser, url = "/auth/login"): Promise<URLSearchParams> {
      const answer = await ask(browser, url);
      return issuer.authorize(headerIn(answer, "location") ?? "");
    },
    finish: (browser: Browser, params: URLSearchParams) => ask(browser, `/auth/callback?${params}`),
    async login(browser: Browser, url?: string): Promise<Answer> {
      return this.finish(browser, await this.begin(browser, url));
    },
    session: (browser: Browser) => sessions.open({ headers: { cookie: browser.cookie } }),
  };
}

export function headerIn({ headers }: Answer, name: string): string | undefined {
  return headers.find(([it]) => it === name)?.[1];
}

export function cookiesIn({ headers }: Answer): string[] {
  return headers.flatMap(([name, value]) => (name === "set-cookie" ? [value] : []));
}
