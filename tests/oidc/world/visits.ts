import type { Browser } from "../browser/browser.ts";
import type { Page } from "../browser/page.ts";
import { SHOP, type Site } from "./sites.ts";

/** What an application tells of a session. */
export interface Me {
  readonly id: string;
  readonly userId: string | null;
  readonly data: Readonly<Record<string, unknown>>;
  readonly acr?: string;
  readonly amr: readonly string[];
  readonly authenticatedAt?: number;
  readonly identity?: { readonly issuer: string; readonly subject: string; readonly sid?: string };
}

/** Who the browser is at an application, asked by a script of its page. */
export async function me(browser: Browser, { origin }: Site = SHOP): Promise<Me> {
  const { status, body } = await browser.script(`${origin}/me`);
  if (status !== 200) throw new Error(`${status}: ${body}`);
  return JSON.parse(body);
}

/** Signs in as by a link on the application's own page; where that led. */
export async function signIn(
  browser: Browser,
  { site = SHOP, returnTo = "/me" }: { site?: Site; returnTo?: string } = {},
): Promise<Page> {
  await browser.type(`${site.origin}/`);
  return browser.click(`/auth/login?returnTo=${encodeURIComponent(returnTo)}`);
}

/** The access token that the application has for the session, as a digest, or the code of its error. */
export async function tokenOf(
  browser: Browser,
  { origin }: Site = SHOP,
): Promise<{ token?: string; error?: string }> {
  return JSON.parse((await browser.script(`${origin}/token`)).body);
}

/** At the provider: all applications hear of it. */
export async function signOutEverywhere(browser: Browser, issuer: string): Promise<Page> {
  return browser.type(`${issuer}/session/end`);
}
