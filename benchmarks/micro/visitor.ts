import type { HeaderPair, Sessions } from "@coatcheck/core";
import { DATA, type Data } from "../tax/servers/texts.ts";

/** It stands still, so that no visit is written down in between. */
const NOW = Date.now();
export const clock = (): number => NOW;

/** The cookie of a login with all data. */
export async function signedIn(sessions: Sessions<Data>): Promise<string> {
  const session = await sessions.open({ headers: {} });
  session.login(DATA.userId);
  Object.assign(session.data, DATA);
  const cookie = cookieIn(await sessions.commit(session));
  // A new token is new until it has been presented.
  await sessions.commit(await sessions.open({ headers: { cookie } }));
  return cookie;
}

function cookieIn(headers: readonly HeaderPair[]): string {
  const line = headers.find(([name]) => name === "set-cookie")?.[1] ?? "";
  return line.split(";")[0] as string;
}

export function requestHeaders(cookie?: string): Record<string, string> {
  const own = cookie === undefined ? "" : `${cookie}; `;
  return {
    host: "127.0.0.1",
    "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "sec-fetch-site": "same-origin",
    cookie: `_ga=GA1.1.1904821637.1764403200; ${own}consent=essential`,
  };
}
