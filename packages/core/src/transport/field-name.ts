import { fail } from "../config.ts";

/** RFC 9110 section 5.6.2. */
const TOKEN = /^[!#$%&'*+.^_`|~\w-]+$/;

/**
 * Fields with a meaning of their own: of connections and messages, of browsers (which let no script set them, or obey them), of caches and
 * proxies, of traces. A token in one of them would be logged, changed, cached, dropped or obeyed.
 */
const TAKEN =
  /^(accept|access-control|content|cross-origin|if|proxy|sec|x-accel|x-forwarded|x-real)-|^(accept|age|allow|alt-svc|authentication-info|authorization|cache-control|cdn-cache-control|clear-site-data|connection|cookie2?|date|dnt|dpop|etag|expect|expires|forwarded|from|host|keep-alive|last-modified|link|location|max-forwards|origin|permissions-policy|pragma|priority|purpose|range|referer|referrer-policy|refresh|retry-after|server|set-cookie2?|strict-transport-security|surrogate-control|te|traceparent|tracestate|trailer|transfer-encoding|upgrade|user-agent|vary|via|warning|www-authenticate|x-content-type-options|x-frame-options|x-http-method-override|x-sendfile)$/;

/** Checks the name of a header field that is to carry tokens. In lower case, as Node.js has them. */
export function fieldName(option: string, value: unknown): string {
  if (typeof value !== "string" || !TOKEN.test(value)) {
    fail(option, 'must be the name of a header, like "x-session"');
  }
  const name = value.toLowerCase();
  if (/^(authorization|cookie2?|set-cookie2?)$/.test(name)) {
    fail(option, `must not be ${name}: that is what bearer() and cookie() are for`);
  }
  if (TAKEN.test(name))
    fail(
      option,
      `must not be ${name}, which means something else in HTTP: choose one like "x-session"`,
    );
  return name;
}
