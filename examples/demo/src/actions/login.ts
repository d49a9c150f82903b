import { safeReturnTo } from "@coatcheck/core/guards";
import { attemptWords } from "../accounts/attempts.ts";
import { type Answer, goOn } from "../shop/answer.ts";
import type { ShopContext } from "../shop/context.ts";
import { forgetCart, restoreCart } from "../shop/kept-cart.ts";
import { field, rawField } from "../shop/request.ts";

export async function logIn(context: ShopContext): Promise<string> {
  const { accounts, attempts, form, session, url } = context;
  const name = field(form, "user").toLowerCase();
  const attempt = attempts.take(name);
  const user =
    attempt.kind === "free" && (await accounts.authenticate(name, rawField(form, "password")));
  if (!user) {
    // The same words for a name that nobody has.
    const password = attemptWords(attempt, "No such user, or another password.");
    session.flash("refused", { form: "login", values: { user: name }, problems: { password } });
    return url.pathname + url.search;
  }
  attempts.forget(name);
  const isAgain = session.userId === user.id;
  // The anonymous session's cart comes along, its token does not.
  session.login(user.id, { remember: field(form, "remember") === "yes", amr: ["pwd"] });
  restoreCart(context);
  session.flash(
    "notice",
    isAgain
      ? "Thank you: it is you, and that is fresh."
      : `Welcome, ${user.name}. You are logged in on all five servers.`,
  );
  return safeReturnTo(url.searchParams.get("returnTo"));
}

/**
 * What scripts have kept goes too, and pages that the browser has fetched ahead (ASVS 14.3.1). Not `"cookies"`: the session's own is removed
 * already, and others on this host name, as the choice of a storage, are no secrets.
 */
const CLEAR = { "clear-site-data": '"cache", "storage"' };

export function logOut(context: ShopContext): Answer {
  const { request, session, trace } = context;
  // A form of another site comes without the cookie, so there is nothing to refuse: it must not empty the storage of who is logged in.
  const isOwn = !session.isNew || request.headers["sec-fetch-site"] === "same-origin";
  forgetCart(context);
  session.destroy();
  return goOn(request.headers, `/goodbye?visit=${trace.id}`, isOwn ? CLEAR : {});
}
