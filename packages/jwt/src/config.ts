import { SessionConfigError } from "@coatcheck/core";

/** Throws for an option that is none of `known`, so that a misspelt one cannot go unnoticed. */
export function knownOptions(given: unknown, path: string, known: readonly string[]): void {
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    fail(path || "options", "must be an object");
  }
  for (const name of Object.keys(given)) {
    if (known.includes(name)) continue;
    fail(path ? `${path}.${name}` : name, `is not an option; there are ${known.join(", ")}`);
  }
}

/** RFC 7519 section 2: a StringOrURI. Compared as it is, character by character. */
export function mustBeText(option: string, value: unknown, example: string): void {
  if (typeof value === "string" && value !== "" && value.isWellFormed()) return;
  fail(option, `must be a text, as ${JSON.stringify(example)}`);
}

export function fail(option: string, rule: string): never {
  throw new SessionConfigError(option, `${option} ${rule}`);
}
