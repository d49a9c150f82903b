import { type Duration, SessionConfigError, type Sessions } from "@coatcheck/core";
import { freshLoginRequired, userRequired } from "@coatcheck/core/guards";
import { type FastifyGuard, type FastifyGuardOptions, guardedBy } from "./guards.ts";

/** Who may use a route: `config: { session: { user: true } }`. */
export type SessionRouteConfig =
  /** Who is logged in. */
  | { readonly user: true; readonly freshLogin?: never }
  /** Who has logged in no longer ago than that. */
  | { readonly freshLogin: Duration; readonly user?: true };

/**
 * The guard that a route's `config.session` asks for, if it does.
 *
 * @throws SessionConfigError for what is none: a route that was to be guarded must not be open
 */
export function guardOfRoute(
  config: unknown,
  sessions: Sessions<object>,
  options: FastifyGuardOptions,
): FastifyGuard | undefined {
  if (config === undefined || typeof config === "boolean") return undefined;
  const { user, freshLogin, ...others } = Object(config) as Record<string, unknown>;
  const asks = freshLogin !== undefined || user === true;
  if (!asks || (user !== undefined && user !== true) || Object.keys(others).length > 0) {
    throw new SessionConfigError(
      "config.session",
      'config.session must be a boolean, { user: true }, or { freshLogin: "10m" }',
    );
  }
  const requirement =
    freshLogin === undefined ? userRequired : freshLoginRequired(freshLogin as Duration);
  return guardedBy(sessions, requirement, options);
}
