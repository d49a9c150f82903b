import Bowser from "bowser";

/** What a person would call the client: "Firefox on Linux". Any parser of user agents will do. */
export function browserName(userAgent: string): string | undefined {
  if (userAgent === "") return undefined;
  const { browser, os } = Bowser.parse(userAgent);
  return [browser.name, os.name].filter((name) => name).join(" on ") || undefined;
}
