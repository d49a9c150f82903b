import { complete, fail } from "../config.ts";
import { ownPath } from "./return-to.ts";

/** How a guard answers. */
export interface GuardOptions {
  /**
   * Where people log in: a path of this application, or a URL. Page loads are redirected there; what scripts fetch gets a 401 with it in its
   * problem details. Default: none, a 401 for all.
   */
  loginUrl?: string;
  /** The parameter of `loginUrl` that says where to go after the login; to be read with `safeReturnTo`. Default `"returnTo"`. */
  returnToParameter?: string;
}

/** The options, checked. */
export interface GuardSettings {
  readonly loginUrl: string | undefined;
  readonly returnToParameter: string;
}

/** @throws SessionConfigError */
export function guardSettings(options: GuardOptions): GuardSettings {
  const settings = complete<GuardSettings>(options, "guard", {
    loginUrl: undefined,
    returnToParameter: "returnTo",
  });
  const { loginUrl, returnToParameter } = settings;
  if (typeof returnToParameter !== "string" || returnToParameter === "") {
    fail("guard.returnToParameter", 'must be a name, like "returnTo"');
  }
  if (loginUrl !== undefined && !isPath(loginUrl) && !isWeb(loginUrl)) {
    fail("guard.loginUrl", 'must be a path like "/login", or an https URL');
  }
  return settings;
}

function isPath(url: unknown): boolean {
  return ownPath(url) !== undefined;
}

function isWeb(url: unknown): boolean {
  return typeof url === "string" && /^https?:$/.test(URL.parse(url)?.protocol ?? "");
}
