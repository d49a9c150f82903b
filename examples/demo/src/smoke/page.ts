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

/** The storage that the switch shows as chosen. */
export function storage({ text }: Visit): string | undefined {
  return /name="storage" value="(\w+)" aria-pressed="true"/.exec(text)?.[1];
}

/** The panel's sections about what browser and server have, as a person reads them. */
export function heldAndKept({ text }: Visit): string {
  const start = text.indexOf("<h2>What your browser holds");
  const section = text.slice(
    start,
    text.indexOf("</section>", text.indexOf("<h2>What the server")),
  );
  return section
    .replace(/<[^>]*>/g, " ")
    .replace(/&quot;/g, '"')
    .replace(/\s+/g, " ");
}

/** Ids of the other sessions on "Your sessions". */
export function otherSessions({ text }: Visit): string[] {
  return [...text.matchAll(/name="id" value="([\w-]+)"/g)].map(([, id = ""]) => id);
}

/** What the last action has to say. */
export function notice({ text }: Visit): string | undefined {
  return /<p class="notice" role="status">([^<]*)</.exec(text)?.[1];
}

/** The token in the form on the page. */
export function csrfField({ text }: Visit): string {
  return /name="_csrf" value="([\w-]+)"/.exec(text)?.[1] ?? "";
}
