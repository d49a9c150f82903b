import type { Visit } from "./browser.ts";

/** What a person would see on a page of the shop. */
export function cartCount({ text }: Visit): number {
  return Number(/Cart<span class="count">(\d+)</.exec(text)?.[1]);
}

export function userOn({ text }: Visit): string | undefined {
  return /class="who"[^>]*><span>(\w+)</.exec(text)?.[1];
}

export function theme({ text }: Visit): string | undefined {
  return /data-theme="(\w+)"/.exec(text)?.[1];
}

/** The store calls that the panel tells of for this request. */
export function storeCalls({ text }: Visit): string[] {
  const panel = text.slice(text.indexOf('<aside class="ticket"'));
  const table = panel.slice(0, panel.indexOf("<h3>Cookie</h3>"));
  return [...table.matchAll(/<th scope="row"><code>(\w+)</g)].map(([, name = ""]) => name);
}

export function idOn({ text }: Visit): string | undefined {
  return /<dt>id<\/dt><dd><code>([\w-]+)</.exec(text)?.[1];
}

/** Ids of the other sessions on "Your sessions". */
export function otherSessions({ text }: Visit): string[] {
  return [...text.matchAll(/name="id" value="([\w-]+)"/g)].map(([, id = ""]) => id);
}
