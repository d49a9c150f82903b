import type { ServerResponse } from "node:http";

/** Whether a `writeHead(status, message?, headers?)` brings headers along. */
export function hasHeaders([, second, third]: readonly unknown[]): boolean {
  return (typeof second === "object" && second !== null) || third !== undefined;
}

/**
 * Sets the headers that `writeHead(status, message?, headers?)` was given, in any of its three forms, and returns the
 * arguments without them.
 */
export function headersFromArguments(
  response: ServerResponse,
  args: readonly unknown[],
): unknown[] {
  const [status, second, third] = args;
  const message = typeof second === "string" ? [second] : [];
  const headers = typeof second === "string" ? third : (second ?? third);
  if (Array.isArray(headers)) setFromList(response, headers);
  else if (typeof headers === "object" && headers !== null) {
    for (const [name, value] of Object.entries(headers)) {
      if (value !== undefined) response.setHeader(name, value as string);
    }
  }
  return [status, ...message];
}

/** `[name, value, name, value]` or `[[name, value], …]`; a name that comes again adds a value. */
function setFromList(response: ServerResponse, headers: readonly unknown[]): void {
  const pairs: Array<readonly [string, string]> = [];
  if (Array.isArray(headers[0])) pairs.push(...(headers as Array<[string, string]>));
  else {
    for (let index = 0; index + 1 < headers.length; index += 2) {
      pairs.push([headers[index] as string, headers[index + 1] as string]);
    }
  }
  const seen = new Set<string>();
  for (const [name, value] of pairs) {
    const key = name.toLowerCase();
    if (seen.has(key)) response.appendHeader(name, value);
    else response.setHeader(name, value);
    seen.add(key);
  }
}
