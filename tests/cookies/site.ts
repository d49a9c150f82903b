import { createSessions, memoryStore, type SessionStore } from "@coatcheck/core";
import {
  type Cookies,
  createCookies,
  defineCookie,
  generateKey,
  type JarOf,
} from "@coatcheck/core/cookies";
import {
  type FrameworkHarness,
  type HandlerContext,
  manualClock,
  type RunningApp,
  type TestData,
  type TestRoute,
  type TestSessions,
  Visitor,
} from "@coatcheck/testkit";
import { z } from "zod";
import type { CookieApp } from "../frameworks/harness/cookies.ts";

export const theme = defineCookie("theme", {
  schema: z.enum(["light", "dark"]),
  maxAge: "90d",
  category: "preferences",
  httpOnly: false,
});
export const cart = defineCookie("__Host-cart", {
  schema: z.array(z.object({ sku: z.string(), count: z.number().int() })),
  sign: true,
  category: "necessary",
});
export const visitorId = defineCookie("vid", { seal: true, maxAge: "30d", category: "analytics" });
export const plain = defineCookie("plain", { category: "necessary" });
const definitions = [theme, cart, visitorId, plain] as const;

export type SiteJar = JarOf<Cookies<(typeof definitions)[number]>>;

/** What a test hands to a handler that is there already. */
export type Act = (jar: SiteJar, context: HandlerContext) => unknown;

export interface CookieSite {
  readonly errors: unknown[];
  readonly events: unknown[];
  readonly sessions: TestSessions;
  readonly running: RunningApp;
  visitor(): Visitor;
}

export interface CookieSiteOptions {
  readonly order?: CookieApp["order"];
  /** Default `true`. */
  readonly withSessions?: boolean;
  readonly storage?: SessionStore;
  /** Of sessions. Default: their own. */
  readonly cookie?: { readonly name: "plain" };
}

/** Serves routes that work with cookies. */
export async function openCookieSite(
  harness: FrameworkHarness,
  routesOf: (jarOf: (context: HandlerContext) => SiteJar) => Readonly<Record<string, TestRoute>>,
  { order = "after sessions", withSessions = true, storage, cookie }: CookieSiteOptions = {},
): Promise<CookieSite> {
  const clock = manualClock();
  const cookies = createCookies(definitions, {
    keys: generateKey(),
    consent: { version: "1" },
    clock,
  });
  const sessions = createSessions<TestData>({
    storage: storage ?? memoryStore({ clock }),
    clock,
    ...(cookie && { cookie }),
  });
  const errors: unknown[] = [];
  const events: unknown[] = [];
  cookies.events.on("cookie-rejected", (event) => events.push(event));
  const app: CookieApp = {
    managers: withSessions ? [{ sessions, property: "session", lazy: false }] : [],
    routes: routesOf(({ request }) => cookies.of(request)),
    onError: (error) => errors.push(error),
    cookies,
    order,
  };
  const running = await harness.start(app);
  return { errors, events, sessions, running, visitor: () => new Visitor(running.port) };
}
