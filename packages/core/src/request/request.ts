/** Headers in any of the forms that Node servers know: `IncomingMessage.headers`, `Headers`, a plain object. */
export type HeadersLike =
  | { get(name: string): string | null }
  | { readonly [name: string]: string | readonly string[] | undefined };

/**
 * Whatever has headers: an `IncomingMessage`, a `Request`, a framework's request, `{ headers }`.
 * The rest is read where it is there.
 */
export interface SessionRequest {
  readonly headers: HeadersLike;
  /** Without it the cross-origin check does not apply. */
  readonly method?: string | undefined;
  /** Of a `Request`: its scheme tells whether the connection is secure. */
  readonly url?: string | undefined;
  /** Of an `IncomingMessage`. */
  readonly socket?: unknown;
}

/** What only the framework knows, as it alone knows which proxies to trust. Asked for only when it matters. */
export interface RequestFacts {
  /** Whether the client's connection is encrypted. Default: the socket's own word, or the scheme of an absolute `url`. */
  readonly secure?: () => boolean | undefined;
  /** The client's address. Default: none is known. */
  readonly address?: () => string | undefined;
  /** The host that the client asked for, with its port. Default: the Host header. */
  readonly host?: () => string | undefined;
}

/** A header's value; several fields of one name are joined as HTTP says (RFC 9110 section 5.3, RFC 9113 section 8.2.3 for Cookie). */
export function headerOf(headers: HeadersLike, name: string): string | undefined {
  if (typeof (headers as { get?: unknown }).get === "function") {
    return (headers as { get(name: string): string | null }).get(name) ?? undefined;
  }
  const fields = headers as { readonly [name: string]: string | readonly string[] | undefined };
  const value = Object.hasOwn(fields, name) ? fields[name] : spelledOtherwise(fields, name);
  return typeof value === "object" ? value.join(name === "cookie" ? "; " : ", ") : value;
}

/** A plain object may spell its names as people do: `Cookie`, `Sec-Fetch-Site`. */
function spelledOtherwise(
  fields: { readonly [name: string]: string | readonly string[] | undefined },
  name: string,
): string | readonly string[] | undefined {
  // Nothing is made for a name that is not there, as most of those asked for.
  for (const key in fields) {
    if (key.length === name.length && key.toLowerCase() === name) return fields[key];
  }
}

/** Whether the connection is encrypted; `undefined` where nothing tells. */
export function isSecure(
  request: SessionRequest,
  facts: RequestFacts | undefined,
): boolean | undefined {
  const told = facts?.secure?.();
  if (told !== undefined) return told;
  const socket = request.socket as { readonly encrypted?: unknown } | null | undefined;
  if (socket) return socket.encrypted === true;
  const scheme = URL.parse(request.url ?? "")?.protocol;
  return scheme === undefined ? undefined : scheme !== "http:";
}

export function hostOf(
  request: SessionRequest,
  facts: RequestFacts | undefined,
): string | undefined {
  const { headers, url = "" } = request;
  const host = facts?.host?.() ?? headerOf(headers, "host") ?? URL.parse(url)?.host;
  // HTTP/2 has a pseudo-header for it, which a `Headers` object would refuse to be asked for.
  return host ?? (typeof headers.get === "function" ? undefined : headerOf(headers, ":authority"));
}

/** A host to which browsers send Secure cookies over plain HTTP too, since nobody can listen in between. */
export function isLoopback(host: string | undefined): boolean {
  return /^((.*\.)?localhost|\[::1\]|127(\.\d{1,3}){3})(:\d+)?$/i.test(host ?? "");
}
