import { once } from "node:events";
import { type ClientRequest, request } from "node:http";

/**
 * Posts one form several times, to several servers, so that all of them have opened the session before any gets its form: each
 * request waits for "100 Continue", which a server sends as it begins to handle the request.
 */
export async function postTogether(
  ports: readonly number[],
  path: string,
  form: Readonly<Record<string, string>>,
  cookies: string,
): Promise<void> {
  const body = new URLSearchParams(form).toString();
  const headers = {
    cookie: cookies,
    "content-type": "application/x-www-form-urlencoded",
    "content-length": String(body.length),
    expect: "100-continue",
  };
  const requests = await Promise.all(
    ports.map(async (port) => {
      const url = `http://127.0.0.1:${port}${path}`;
      const posted = request(url, { method: "POST", headers, agent: false });
      posted.flushHeaders();
      await once(posted, "continue");
      return posted;
    }),
  );
  await Promise.all(requests.map((posted) => finish(posted, body)));
}

async function finish(posted: ClientRequest, body: string): Promise<void> {
  const response = once(posted, "response");
  posted.end(body);
  const [answer] = await response;
  await answer.resume().toArray();
}
