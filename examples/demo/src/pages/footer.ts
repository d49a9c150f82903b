import type { ShopContext } from "../shop/context.ts";
import { type Html, html } from "./html.ts";

const themes = [
  ["light", "Light"],
  ["dark", "Dark"],
  ["auto", "As the system"],
] as const;

export function footer({ session, url }: ShopContext): Html {
  const chosen = session.get("theme") ?? "auto";
  const buttons = themes.map(
    ([theme, label]) =>
      html`<button name="theme" value="${theme}" aria-pressed="${String(theme === chosen)}">${label}</button>`,
  );
  return html`<footer class="foot">
<form class="themes" method="post" action="/theme">
<input type="hidden" name="back" value="${url.pathname + url.search}">
<fieldset class="choices"><legend>Theme, kept in your session</legend>${buttons}</fieldset>
</form>
<p>A demo of Coatcheck. Nothing here is for sale.</p>
</footer>`;
}
