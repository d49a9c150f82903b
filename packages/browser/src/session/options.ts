import { type Duration, milliseconds } from "../duration.ts";
import { refuse } from "../store/refuse.ts";
import type { AccessToken } from "./access.ts";
import type { Draft } from "./drafts.ts";

/** The part of a `clientStore` that is used: `clientStore<Record<string, Draft>>({ name: "drafts", backend: "local" })`. */
export interface DraftStore {
  get(key: string): Promise<Draft | undefined>;
  set(key: string, value: Draft): Promise<void>;
  delete(key: string): Promise<void>;
  clear(): Promise<void>;
}

export interface SessionClientOptions {
  /** What requests are relative to, and whose origin alone gets cookies, tokens and CSRF tokens. Default: the page's own URL. */
  readonly baseUrl?: string | URL;
  /** Where `sessionEndpoint` is. Default `"/session"`. */
  readonly endpoint?: string;
  /** `"bearer"`: an access token, kept in memory only, by the `Authorization` header. Default `"cookie"`. */
  readonly transport?: "cookie" | "bearer";
  /** For `"bearer"`: gets a new access token, as by a refresh token in a `HttpOnly` cookie; `undefined` if nobody is signed in any more. Called once however many requests wait. */
  readonly refresh?: () => Promise<AccessToken | undefined>;
  /** The CSRF token that goes along with unsafe requests as `X-CSRF-Token`: a function, or the name of the `<meta>` that has it. Default: none. */
  readonly csrf?: string | (() => string | undefined);
  /** How long before its end a session is `"expiring"`. Default `"2m"`. */
  readonly warnBefore?: Duration;
  /** Where drafts are kept. */
  readonly drafts?: DraftStore;
  /** Default: the page's. */
  readonly fetch?: (request: Request) => Promise<Response>;
  /** The time, in milliseconds since the epoch. Default: `Date.now`. */
  readonly clock?: () => number;
}

/** The options, checked and complete. */
export function settingsOf(options: SessionClientOptions) {
  const { transport = "cookie", refresh, csrf, warnBefore = "2m", endpoint = "/session" } = options;
  if (transport !== "cookie" && transport !== "bearer") {
    refuse("transport", 'must be "cookie" or "bearer"');
  }
  if ((transport === "bearer") !== (typeof refresh === "function")) {
    refuse("refresh", 'must be a function with transport "bearer", and only there');
  }
  const page = globalThis.location?.href;
  const base = baseOf(options.baseUrl ?? page, page);
  const url = new URL(endpoint, base);
  if (url.origin !== base.origin) refuse("endpoint", "must be of the origin of baseUrl");
  return {
    base,
    endpoint: url.href,
    refresh,
    csrf: typeof csrf === "string" ? () => metaOf(csrf) : csrf,
    warnBefore: milliseconds(warnBefore, "warnBefore"),
    send: options.fetch ?? ((request: Request) => fetch(request)),
    clock: options.clock ?? Date.now,
  };
}

/** Without `URL.parse`, which browsers have since 2024. */
function baseOf(url: string | URL | undefined, page: string | undefined): URL {
  try {
    return new URL(url ?? "", page);
  } catch {
    return refuse("baseUrl", "must be a URL");
  }
}

function metaOf(name: string): string | undefined {
  return document.querySelector<HTMLMetaElement>(`meta[name="${CSS.escape(name)}"]`)?.content;
}
