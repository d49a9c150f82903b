import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import type { Browser } from "../../../tests/oidc/browser/browser.ts";

/** A page's stream of events, which is open by now. */
export async function listen(
  browser: Browser,
  address: string,
): Promise<{ readonly told: Promise<string> }> {
  const url = new URL(address);
  const cookie = browser.jar.header({ url, method: "GET", crossSite: false }) ?? "";
  const [response] = (await once(
    get(url, { agent: false, headers: { cookie, accept: "text/event-stream" } }),
    "response",
  )) as [IncomingMessage];
  if (response.statusCode !== 200) throw new Error(`${address} answers ${response.statusCode}`);
  return { told: text(response) };
}
