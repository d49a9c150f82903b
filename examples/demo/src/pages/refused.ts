import type { ShopContext } from "../shop/context.ts";
import type { RefusedForm } from "../shop/data.ts";
import { type Html, html } from "./html.ts";

/** What the last request was refused for, if it was this form. Read once: it is a flash value. */
export function refusedForm(
  { session }: ShopContext,
  form: RefusedForm["form"],
): RefusedForm | undefined {
  if (!session.has("refused")) return undefined;
  const refused = session.get("refused");
  return refused?.form === form ? refused : undefined;
}

/** The message beside a field, which the field names by `aria-describedby`. */
export function problem(refused: RefusedForm | undefined, name: string): Html | false {
  const text = refused?.problems[name];
  return text !== undefined && html`<span class="problem" id="${name}-problem">${text}</span>`;
}

export function problemAttributes(refused: RefusedForm | undefined, name: string): Html | false {
  return (
    refused?.problems[name] !== undefined &&
    html` aria-invalid="true" aria-describedby="${name}-problem"`
  );
}
