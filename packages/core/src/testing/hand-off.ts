import { parseSetCookie } from "cookie";
import type { HeaderPair } from "../session/delivery.ts";
import type { SessionsOptions } from "../session/options.ts";
import type { Session } from "../session/session.ts";
import { cookie, query } from "../transports.ts";
import { type Bench, Browser, bench, type Loose } from "./bench.ts";

export const HOST = "shop.example";
export const SHOP = `https://${HOST}`;

/** How a browser says that its user goes to a page. */
export const NAVIGATION = { "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" };

/** What the other host's server answered. */
export interface Arrived {
  readonly status: number | undefined;
  readonly headers: ReadonlyMap<string, string>;
  readonly pairs: readonly HeaderPair[];
  /** The token that the browser gets there. */
  readonly token: string | undefined;
}

export interface ArrivalOptions {
  readonly cookie?: string | undefined;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A manager with a hand-off, a browser logged in as ann, and the way to the other host. */
export interface HandOffBench extends Bench {
  readonly ann: Browser;
  /** A URL by which the session of `browser` is handed off. */
  link(browser?: Browser, page?: string): Promise<string>;
  /** Goes there. */
  go(url: string, options?: ArrivalOptions): Promise<Arrived>;
  openAt(url: string, options?: ArrivalOptions): Promise<Session<Loose>>;
  /** Who has the session of this token. */
  whoIs(token: string | undefined): Promise<string | undefined>;
  readonly refusals: string[];
}

export async function handOffBench(
  options: SessionsOptions<Loose> & { asynchronous?: boolean; lifetime?: "5m" } = {},
): Promise<HandOffBench> {
  const { lifetime, ...rest } = options;
  const it = bench({
    transport: [
      cookie(),
      query("ticket", { to: [SHOP, "https://other.example"], ...(lifetime && { lifetime }) }),
    ],
    ...rest,
  });
  const { sessions } = it;
  const ann = it.browser();
  ann.token = await sessions.issue("ann");
  await ann.visit((session) => session.set("cart", ["apple"]));
  const refusals: string[] = [];
  sessions.events.on("hand-off-refused", ({ reason }) => refusals.push(reason));
  const requestTo = (
    url: string,
    { cookie: held, method = "GET", headers = {} }: ArrivalOptions,
  ) => {
    const { host, pathname, search } = new URL(url);
    const own = held === undefined ? {} : { cookie: `__Host-id=${held}` };
    return { method, url: pathname + search, headers: { host, ...NAVIGATION, ...own, ...headers } };
  };
  return {
    ...it,
    ann,
    refusals,
    link: async (browser = ann, page = `${SHOP}/welcome?x=1`) =>
      sessions.handOff(await browser.open(), page),
    openAt: async (url, arrival = {}) => sessions.open(requestTo(url, arrival)),
    async go(url, arrival = {}) {
      const request = requestTo(url, arrival);
      const pairs = await sessions.commit(await sessions.open(request));
      const headers = new Map(pairs);
      const line = headers.get("set-cookie");
      const token = line === undefined ? arrival.cookie : parseSetCookie(line).value;
      return { status: sessions.answerTo(request), headers, pairs, token };
    },
    async whoIs(token) {
      const browser = new Browser(sessions);
      browser.token = token;
      return (await browser.open()).userId;
    },
  };
}
