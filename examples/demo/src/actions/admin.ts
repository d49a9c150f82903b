import { safeReturnTo } from "@coatcheck/core/guards";
import { attemptWords } from "../accounts/attempts.ts";
import { ADMIN_PIN } from "../accounts/users.ts";
import type { ShopContext } from "../shop/context.ts";
import { field } from "../shop/request.ts";

/** A second factor, for what even a fresh login is not enough for. */
export function stepUp({ attempts, form, session, url }: ShopContext): string {
  const key = `pin of ${session.userId}`;
  const attempt = attempts.take(key);
  if (attempt.kind === "locked" || field(form, "pin") !== ADMIN_PIN) {
    const problems = { pin: attemptWords(attempt, "That is not the PIN.") };
    session.flash("refused", { form: "step-up", values: {}, problems });
    return url.pathname + url.search;
  }
  attempts.forget(key);
  session.elevate("5m", { amr: ["pin"] });
  return safeReturnTo(url.searchParams.get("returnTo"), "/admin");
}

/** Behind a guard for admins with a fresh login. */
export function actAs({ accounts, form, session }: ShopContext): string {
  const user = accounts.byId(field(form, "user"));
  if (user === undefined || user.isAdmin) return "/admin";
  if (session.elevatedUntil === undefined) return "/admin/step-up";
  session.actAs(user.id);
  session.flash("notice", `You act for ${user.name} now.`);
  return "/";
}

export function stopActing({ accounts, session }: ShopContext): string {
  const name = accounts.byId(session.userId)?.name;
  if (session.actorId === undefined) return "/";
  session.stopActing();
  session.flash("notice", `You do not act for ${name} any more.`);
  return "/admin";
}
