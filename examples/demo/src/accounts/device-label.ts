import Bowser from "bowser";

/** "Firefox on Linux", for the list of sessions. `undefined` for what has no such name. */
export function deviceLabel(userAgent: string): string | undefined {
  // The parser throws at nothing, and anybody can send that.
  if (userAgent === "") return undefined;
  const parser = Bowser.getParser(userAgent);
  const names = [parser.getBrowserName(), parser.getOSName()].filter((name) => name !== "");
  return names.length > 0 ? names.join(" on ") : undefined;
}
