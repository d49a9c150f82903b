import type { IncomingMessage } from "node:http";
import type { Readable } from "node:stream";

/** Of a form, in bytes: a code or a logout token, with room to spare. */
export const MAX_FORM = 16 * 1024;

/** Whether a body says that it is a form (RFC 9110 section 8.3: parameters may follow, and case does not count). */
export function isForm(contentType: string | undefined): boolean {
  return /^\s*application\/x-www-form-urlencoded\s*(;|$)/i.test(contentType ?? "");
}

/** The form in a request's body: what the framework has parsed of it, or the stream. */
export async function formOf(
  request: IncomingMessage,
  parsed: unknown,
): Promise<URLSearchParams | undefined> {
  if (!isForm(request.headers["content-type"])) return undefined;
  if (request.readableEnded || request.readableDidRead) return fromParsed(parsed);
  return readForm(request);
}

/** Reads no further than is allowed; what is longer is no form. */
export async function readForm(body: Readable): Promise<URLSearchParams | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body.iterator({ destroyOnReturn: false })) {
    size += (chunk as Buffer).length;
    if (size > MAX_FORM) return undefined;
    chunks.push(chunk as Buffer);
  }
  return new URLSearchParams(Buffer.concat(chunks).toString("utf8"));
}

/** What body parsers make of a form: an object of texts, and of lists where a name came twice. */
function fromParsed(parsed: unknown): URLSearchParams | undefined {
  if (typeof parsed !== "object" || parsed === null) return undefined;
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(parsed)) {
    for (const it of Array.isArray(value) ? value : [value]) {
      if (typeof it === "string") params.append(name, it);
    }
  }
  return params.toString().length > MAX_FORM ? undefined : params;
}
