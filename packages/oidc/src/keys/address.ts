import { fail } from "@coatcheck/core/token-storage";

/** RFC 8725 section 3.10: keys come from where the configuration says and from nowhere else, and nobody on the way changes them. */
export function secureUrl(option: string, text: unknown): URL {
  const url = typeof text === "string" || text instanceof URL ? URL.parse(String(text)) : null;
  if (!url) fail(option, "must be a URL, as https://id.example.com");
  if (url.username || url.password) fail(option, "must have no name and password");
  if (url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url.hostname))) {
    return url;
  }
  return fail(option, "must be an https address, or http of this very machine");
}

/** A name under `.localhost` is not among them: the system may ask the network for it. */
function isLoopback(host: string): boolean {
  return /^(localhost|\[::1\]|127\.\d+\.\d+\.\d+)$/.test(host);
}
