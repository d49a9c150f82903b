import type { IncomingHttpHeaders } from "node:http";

/** What a browser shows at the end of its redirects. */
export interface Page {
  readonly url: URL;
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Form {
  readonly id: string;
  readonly action: string;
  readonly fields: Readonly<Record<string, string>>;
  /** The page sends it by itself. */
  readonly automatic: boolean;
}

/** The page's form, where it has one. */
export function formIn({ body }: Page): Form | undefined {
  const [, tag = "", content = ""] = /<form\b([^>]*)>(.*?)<\/form>/s.exec(body) ?? [];
  if (!tag) return undefined;
  const fields: Record<string, string> = {};
  for (const [input] of content.matchAll(/<input\b[^>]*>/g)) {
    const name = attribute(input, "name");
    if (name) fields[name] = attribute(input, "value") ?? "";
  }
  const automatic = /submit\(\)/.test(body);
  return {
    id: attribute(tag, "id") ?? "",
    action: attribute(tag, "action") ?? "",
    fields,
    automatic,
  };
}

/** Where the page goes on by itself. */
export function refreshIn({ headers, body }: Page): string | undefined {
  const [meta] = /<meta\b[^>]*http-equiv="?refresh"?[^>]*>/i.exec(body) ?? [];
  const content = String(headers.refresh ?? (meta && attribute(meta, "content")) ?? "");
  return /^\s*0;\s*url=(?:'|")?(.*?)(?:'|")?$/i.exec(content)?.[1];
}

function attribute(tag: string, name: string): string | undefined {
  const value = new RegExp(`\\b${name}="(.*?)"`, "i").exec(tag)?.[1];
  return value
    ?.replaceAll("&quot;", '"')
    .replaceAll(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}
