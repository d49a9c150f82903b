import type { ShopContext } from "../shop/context.ts";
import { type Html, html } from "./html.ts";

/** For whom a form was made: what one types is not for another, whose session the browser may have by then. */
export function ownerField({ userId }: ShopContext["session"]): Html | false {
  return userId !== undefined && html`<input type="hidden" name="owner" value="${userId}">`;
}

/** Where the script says what became of what was typed. */
export function draftWords(): Html {
  return html`<p class="draft" role="status" hidden data-draft-words></p>`;
}
