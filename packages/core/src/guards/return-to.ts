/** Longer ones do not fit into a URL that has to hold them. */
const MAX_LENGTH = 2048;

/**
 * One slash, and no second one in any spelling: `//evil.example`, `/\evil.example` and what some server decodes to it lead to another host. No backslash, which browsers
 * take for a slash, and no control character: they strip tabs and line ends before they parse (https://url.spec.whatwg.org/#concept-basic-url-parser),
 * so that `/<tab>/evil.example` is `//evil.example`.
 */
const PATH = /^\/(?![/\\]|%2f|%5c)[^\\\p{Cc}\s]*$/iu;
/** Encoded, in the path: for whoever decodes it before redirecting. A query may hold the lines of a form. */
const HIDDEN_CONTROL = /^[^?#]*%(?:[01][\da-f]|7f)/i;
const BASE = "https://app.invalid";

/**
 * Where to go after a login: `value` if it is a path of this application (`/cart?item=1#top`), else `fallback`. Whatever `value` is, the result leads to
 * no other origin (CWE-601), and may stand in a Location header.
 */
export function safeReturnTo(value: unknown, fallback = "/"): string {
  return ownPath(value) ?? fallback;
}

/** The path, query and fragment as a URL has them: all ASCII, without dot segments. */
export function ownPath(value: unknown): string | undefined {
  if (typeof value !== "string" || value.length > MAX_LENGTH || !isStrict(value)) return;
  const url = URL.parse(value, BASE);
  if (url?.origin !== BASE || url.username || url.password) return;
  // Without its dot segments `/.//evil.example` is `//evil.example`, so that it is looked at once more.
  const path = url.pathname + url.search + url.hash;
  return path.length <= MAX_LENGTH && isStrict(path) ? path : undefined;
}

function isStrict(path: string): boolean {
  return PATH.test(path) && !HIDDEN_CONTROL.test(path);
}
