import type { Answer } from "../shop/answer.ts";
import type { ShopContext } from "../shop/context.ts";
import { ended } from "./open-pages.ts";

/** Asked by the script of a page, with the id of the session that the page was made for. */
export function eventsOf({ openPages, session, sessions, url }: ShopContext): Answer {
  const { id, userId } = session;
  // A page that slept, or was made before a restart, may have missed it.
  const lives = userId !== undefined && id === url.searchParams.get("session");
  return {
    status: 200,
    headers: { "content-type": "text/event-stream", "cache-control": "no-store" },
    body: lives ? openPages.follow(sessions, id) : ended(),
  };
}
