import type { IncomingMessage, ServerResponse } from "node:http";

// What a framework brings, and plain node:http does not.

export type Handler = (
  request: IncomingMessage,
  response: ServerResponse,
  query: URLSearchParams,
) => Promise<void>;

const LONGEST_FORM = 64 * 1024;

export async function formOf(request: IncomingMessage): Promise<URLSearchParams> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > LONGEST_FORM) throw Object.assign(new Error("too long a form"), { status: 413 });
    chunks.push(chunk);
  }
  return new URLSearchParams(Buffer.concat(chunks).toString());
}

export function sendPage(response: ServerResponse, body: string, status = 200): void {
  response.writeHead(status, { "content-type": "text/html" }).end(body);
}

export function redirect(response: ServerResponse, location: string): void {
  response.writeHead(303, { location }).end();
}

/** The errors of Coatcheck say by which status they are answered. */
export function sendError(response: ServerResponse, error: unknown): void {
  const { status = 500 } = error as { readonly status?: number };
  response.writeHead(status).end();
}

export const notFound: Handler = async (_request, response) => {
  sendPage(response, "Not found", 404);
};
