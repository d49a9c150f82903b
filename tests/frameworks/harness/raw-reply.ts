import { createReadStream } from "node:fs";
import type { ServerResponse } from "node:http";
import { pipeline } from "node:stream";
import type { TestRoute } from "@coatcheck/testkit";

/** Sends a handler's result by nothing but `node:http`. */
export function sendRaw(response: ServerResponse, reply: TestRoute["reply"], result: never): void {
  senders[reply](response, result);
}

/** Each text as it comes, in the form of server-sent events. */
export async function sendEvents(
  response: ServerResponse,
  texts: AsyncIterable<string>,
): Promise<void> {
  response.writeHead(200, { "Content-Type": "text/event-stream" });
  response.flushHeaders();
  for await (const text of texts) response.write(`data: ${text}\n\n`);
  response.end();
}

const senders: Readonly<
  Record<TestRoute["reply"], (response: ServerResponse, result: never) => void>
> = {
  json: (response, value: unknown) => {
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(value));
  },
  text: (response, body: string) => {
    response.end(body);
  },
  redirect: (response, location: string) => {
    response.writeHead(302, { location });
    response.end();
  },
  empty: (response, status: number) => {
    response.statusCode = status;
    response.end();
  },
  stream: (response, stream: NodeJS.ReadableStream) => {
    pipeline(stream, response, () => {});
  },
  file: (response, path: string) => {
    response.setHeader("content-type", "text/plain");
    pipeline(createReadStream(path), response, () => {});
  },
  sse: (response, texts: AsyncIterable<string>) => {
    void sendEvents(response, texts);
  },
  hijack: () => {},
};
