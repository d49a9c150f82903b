import type { Settings } from "../options/settings.ts";

/** The routes below `path`. */
export const ROUTES = [
  "login",
  "callback",
  "logout",
  "logged-out",
  "backchannel-logout",
  "frontchannel-logout",
] as const;

export type Route = (typeof ROUTES)[number];

type Place = Pick<Settings<object>, "baseUrl" | "path">;

/** Absolute, as the provider has it registered. */
export function urlOf({ baseUrl, path }: Place, route: Route): string {
  return `${baseUrl}${path}/${route}`;
}

/** The route that a request is for, and its parameters. */
export function routeOf(
  { path }: Pick<Place, "path">,
  url: string,
): { readonly route: Route; readonly params: URLSearchParams } | undefined {
  const at = url.indexOf("?");
  const pathname = at === -1 ? url : url.slice(0, at);
  const route = ROUTES.find((it) => pathname === `${path}/${it}`);
  return route && { route, params: new URLSearchParams(at === -1 ? "" : url.slice(at)) };
}
