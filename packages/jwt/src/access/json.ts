const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
/** In valid JSON: each string, with the colon if it names a member; and what opens or closes. */
const MARKS = /("(?:[^"\\]|\\.)*")(\s*:)?|[{}[\]]/g;

/**
 * The object of a JSON text in UTF-8 (RFC 8725 section 3.7), or nothing. An object that names a member twice is refused: parsers differ on
 * which one counts (RFC 7515 section 4, RFC 7519 section 4).
 */
export function parseObject(bytes: Uint8Array): Record<string, unknown> | undefined {
  try {
    const text = UTF8.decode(bytes);
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject && !repeatsName(text) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return;
  }
}

/** Whether any object of a valid JSON text names a member twice, however either is spelled. */
function repeatsName(json: string): boolean {
  const open: Set<string>[] = [];
  for (const [mark, string, colon] of json.matchAll(MARKS)) {
    if (mark === "{" || mark === "[") open.push(new Set());
    else if (mark === "}" || mark === "]") open.pop();
    else if (string !== undefined && colon !== undefined) {
      const names = open.at(-1) as Set<string>;
      const name = JSON.parse(string) as string;
      if (names.has(name)) return true;
      names.add(name);
    }
  }
  return false;
}
