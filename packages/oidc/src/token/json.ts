const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The object of a JSON text in UTF-8 (RFC 8725 section 3.7), or nothing. */
export function parseObject(bytes: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(UTF8.decode(bytes));
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
