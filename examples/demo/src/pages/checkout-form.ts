import type { ShopContext } from "../shop/context.ts";
import { type Html, html } from "./html.ts";

/** For whom a form was made: what one types is not for another, whose session the browser may have by then. */
export function ownerField({ userId }: ShopContext["session"]): Html | false {
  return userId !== undefined && html`<input type="hidden" name="owner" value="${userId}">`;
}

/** Where the script says what became of what was typed: above that it is there again, beside the button that it could not be sent. */
export function draftWords(about: "restored" | "unsent"): Html {
  return html`<p class="draft" role="status" hidden data-draft-words="${about}"></p>`;
}
