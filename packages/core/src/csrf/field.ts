import type { Session } from "../session/session.ts";
import { csrfToken } from "./token.ts";

/** What would end an attribute's value, or begin a reference in it. */
const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  '"': "&quot;",
  "'": "&#39;",
  "<": "&lt;",
  ">": "&gt;",
};

/** The hidden input for a form, as HTML. `name` is the field's, by default `"_csrf"`, where `csrfTokenOf` looks. */
export function csrfField<Data extends object>(session: Session<Data>, name = "_csrf"): string {
  const escaped = name.replace(/[&"'<>]/g, (character) => ESCAPES[character] as string);
  return `<input type="hidden" name="${escaped}" value="${csrfToken(session)}">`;
}
