import type { Context } from "koa";

const LONGEST_FORM = 64 * 1024;

/** Koa leaves the body to the application. This reads a small form; a larger application takes a body parser for it. */
export async function formOf(ctx: Context): Promise<Record<string, string>> {
  if (ctx.method !== "POST") return {};
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of ctx.req as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > LONGEST_FORM) ctx.throw(413);
    chunks.push(chunk);
  }
  return Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString()));
}
