import type { CookieHolder } from "@coatcheck/core/node";
import type { TestApp } from "@coatcheck/testkit";

/** An application with cookies that are no sessions, wired up before its sessions or after them. */
export interface CookieApp extends TestApp {
  readonly cookies: CookieHolder;
  readonly order: "before sessions" | "after sessions";
}

/** The managers to be wired up in this place: one or none. */
export function cookiesAt(app: TestApp, place: CookieApp["order"]): CookieHolder[] {
  const { cookies, order } = app as Partial<CookieApp>;
  return cookies !== undefined && order === place ? [cookies] : [];
}
