import type { Sessions } from "@coatcheck/core";
import type { GuardOptions } from "@coatcheck/core/guards";
import type { RunningApp } from "@coatcheck/testkit";

/** One application, in every framework. Each route answers `GET` and `POST` with who is logged in, as JSON. */
export interface GuardedApp {
  readonly sessions: Sessions;
  readonly lazy?: boolean;
  readonly guard?: GuardOptions;
  /** Nobody opens a session: the application has forgotten to. */
  readonly forgotten?: boolean;
  /** What the application says of all its responses before any guard is asked. */
  readonly cacheControl?: string;
}

/**
 * | route | who may |
 * | --- | --- |
 * | `/login`, `/again`, `/logout`, `/open` | everybody |
 * | `/step-up`, `/act` | who is logged in: for ten minutes more, or for bob |
 * | `/me` | who is logged in |
 * | `/fresh` | who has logged in within 10 minutes |
 * | `/elevated` | who has stepped up |
 * | `/custom` | who is logged in; the application answers by itself, 418 |
 * | `/thrown` | who is logged in; the framework's error handling answers |
 */
export interface GuardHarness {
  readonly name: string;
  /** Whether the application may answer by itself through an option. */
  readonly onRefused: boolean;
  start(app: GuardedApp): Promise<RunningApp>;
}

export const WITHIN = "10m";

/** What `/login` and `/logout` do. */
export function act(sessions: Sessions, request: object, path: string): void {
  if (path === "/login") sessions.of(request).login("ann");
  if (path === "/step-up") sessions.of(request).elevate("10m", { amr: ["otp"] });
  if (path === "/act") sessions.of(request).actAs("bob");
  if (path === "/logout") sessions.of(request).destroy();
}

export async function whoIs(sessions: Sessions, request: object): Promise<{ user: string | null }> {
  const { userId } = await sessions.load(request);
  return { user: userId ?? null };
}

export const OPEN = ["/login", "/logout", "/open", "/step-up", "/act"] as const;

/** All but these are for who is logged in. */
export function isOpen(path: string): boolean {
  return (OPEN as readonly string[]).includes(path);
}
