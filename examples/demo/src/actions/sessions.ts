import { type Answer, redirect } from "../shop/answer.ts";
import type { ShopContext } from "../shop/context.ts";
import { backIn, field } from "../shop/request.ts";

export function rotateTicket({ form, session }: ShopContext): string {
  const back = backIn(form);
  if (session.isNew) return back;
  session.rotate();
  session.flash("notice", "You have a new ticket for the same coat.");
  return back;
}

export async function revokeOne({ form, session, sessions }: ShopContext): Promise<string> {
  const id = field(form, "id");
  // An id is no secret, so whose session it is must be asked before it is ended.
  const own = await sessions.list(session.userId ?? "");
  const ended = own.some((known) => known.id === id) && (await sessions.revoke(id));
  session.flash("notice", ended ? "That session has ended." : "That session was over already.");
  return "/sessions";
}

export async function revokeOthers({ session, sessions }: ShopContext): Promise<string> {
  const count = await sessions.revokeUser(session.userId ?? "", { except: session.id });
  session.flash("notice", `${count} other ${count === 1 ? "session" : "sessions"} ended.`);
  return "/sessions";
}

/**
 * What a browser does when it is closed: it forgets the session's cookie and keeps the remember-me one. In play, so that it can be seen without
 * closing it. The session itself is left alone.
 */
export function dropSessionCookie({ storage, secureCookie }: ShopContext): Answer {
  const attributes = `Path=/; Max-Age=0; HttpOnly; SameSite=Lax${secureCookie ? "; Secure" : ""}`;
  return redirect("/sessions", { "set-cookie": `${storage.cookieName}=; ${attributes}` });
}
