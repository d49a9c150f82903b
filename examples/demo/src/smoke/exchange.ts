import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";

const PATIENCE_MS = 10_000;

export interface Sent {
  readonly method?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly form?: Readonly<Record<string, string>> | undefined;
}

/** One request, as its response begins. `fetch` would have a word of its own in `Sec-Fetch-Mode`, and guards go by that. */
export async function send(
  url: URL,
  { method = "GET", headers, form }: Sent,
): Promise<IncomingMessage> {
  const body = form && new URLSearchParams(form).toString();
  const type = { "content-type": "application/x-www-form-urlencoded" };
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const sent = request(url, { method, signal, headers: { ...(form && type), ...headers } });
  const response = once(sent, "response");
  sent.end(body);
  const [answer] = await response;
  return answer;
}

export async function textOf(response: IncomingMessage): Promise<string> {
  const parts = await response.setEncoding("utf8").toArray();
  return parts.join("");
}
