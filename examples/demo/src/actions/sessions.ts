import type { ShopContext } from "../shop/context.ts";
import { field, localPath } from "../shop/request.ts";

export function rotateTicket({ form, session }: ShopContext): string {
  const back = localPath(field(form, "back"));
  if (session.isNew) return back;
  session.rotate();
  session.flash("notice", "You have a new ticket for the same coat.");
  return back;
}

export async function revokeOne({ form, session, sessions }: ShopContext): Promise<string> {
  const id = field(form, "id");
  const { userId } = session;
  if (userId === undefined || id === session.id) return "/sessions";
  // An id is no secret, so whose session it is must be asked before it is ended.
  const own = await sessions.list(userId);
  const ended = own.some((known) => known.id === id) && (await sessions.revoke(id));
  session.flash("notice", ended ? "That session has ended." : "That session was over already.");
  return "/sessions";
}

export async function revokeOthers({ session, sessions }: ShopContext): Promise<string> {
  const { userId } = session;
  if (userId === undefined) return "/sessions";
  const count = await sessions.revokeUser(userId, { except: session.id });
  session.flash("notice", `${count} other ${count === 1 ? "session" : "sessions"} ended.`);
  return "/sessions";
}
