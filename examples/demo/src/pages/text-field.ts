import type { RefusedForm } from "../shop/data.ts";
import { type Html, html } from "./html.ts";
import { problem, problemAttributes } from "./refused.ts";

interface TextField {
  readonly name: string;
  readonly label: string;
  /** More attributes of the input. */
  readonly attributes: Html;
  /** Shown before anything was typed. */
  readonly value?: string;
  readonly hint?: string;
}

/** A labelled input, with what was typed and what was wrong with it. Passwords are never written back. */
export function textField(
  refused: RefusedForm | undefined,
  { name, label, attributes, value, hint }: TextField,
): Html {
  const typed = refused?.values[name] ?? value ?? "";
  return html`<div class="field">
<label for="${name}">${label}</label>
<input id="${name}" name="${name}" value="${typed}" ${attributes}${problemAttributes(refused, name)} required>
${hint !== undefined && html`<small>${hint}</small>`}
${problem(refused, name)}
</div>`;
}
