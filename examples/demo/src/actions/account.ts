import { csrfTokenOf, verifyCsrf } from "@coatcheck/core/csrf";
import { PasswordError } from "@coatcheck/password";
import { attemptWords } from "../accounts/attempts.ts";
import { forbiddenPage } from "../pages/forbidden.ts";
import type { Answer } from "../shop/answer.ts";
import type { ShopContext } from "../shop/context.ts";
import { field, rawField } from "../shop/request.ts";

/** Behind a guard: who is here has logged in a moment ago, and acts for nobody. */
export function changeEmail(context: ShopContext): string | Answer {
  const { accounts, form, request, session } = context;
  // The cross-origin check has kept other sites out already; an application that has to serve old browsers can ask for a token too.
  if (!verifyCsrf(session, csrfTokenOf({ headers: request.headers, body: form }))) {
    return forbiddenPage(context, "The form is out of date: load its page again.");
  }
  const email = field(form, "email");
  if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email)) {
    const problems = { email: "That is no e-mail address." };
    session.flash("refused", { form: "email", values: { email }, problems });
    return "/account/email";
  }
  accounts.changeEmail(session.userId ?? "", email);
  session.flash("notice", "Your e-mail address is changed.");
  return "/account";
}

/** Who has the old password loses what they got by it: all other sessions end, and copies of this one's cookies are worthless. */
export async function changePassword(context: ShopContext): Promise<string> {
  const { accounts, attempts, form, session, sessions } = context;
  const userId = session.userId ?? "";
  const attempt = attempts.take(userId);
  const isRight =
    attempt.kind === "free" && (await accounts.authenticate(userId, rawField(form, "current")));
  if (!isRight) return refused({ current: attemptWords(attempt, "That is not your password.") });
  attempts.forget(userId);
  try {
    await accounts.changePassword(userId, rawField(form, "new"));
  } catch (error) {
    // 422: what is wrong with the password, for people.
    if (!(error instanceof PasswordError) || !error.expose) throw error;
    return refused({ new: error.message });
  }
  const count = await sessions.revokeOthers(session);
  const others = count === 1 ? "One other session has" : `${count} other sessions have`;
  session.flash("notice", `Your password is changed. ${others} ended, and you have a new ticket.`);
  return "/account";

  function refused(problems: Readonly<Record<string, string>>): string {
    session.flash("refused", { form: "password", values: {}, problems });
    return "/account/password";
  }
}
