import type { ShopContext } from "../shop/context.ts";
import { storageKinds, storageWords } from "../storage/kinds.ts";
import { type Html, html } from "./html.ts";

/** Where the session lives, and the other places that it could: the same shop runs on each. */
export function storageSwitch({ storage, url }: ShopContext): Html {
  const buttons = storageKinds.map(
    (kind) =>
      html`<button name="storage" value="${kind}" aria-pressed="${String(kind === storage.kind)}">${storageWords[kind]}</button>`,
  );
  return html`<form class="storages" method="post" action="/storage">
<input type="hidden" name="back" value="${url.pathname + url.search}">
<fieldset class="choices"><legend>Your session lives</legend>${buttons}</fieldset>
<p>Each place has a session of its own: no cart and no login goes along.</p>
</form>`;
}
