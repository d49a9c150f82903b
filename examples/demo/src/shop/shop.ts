import { actions } from "../actions/actions.ts";
import { forbiddenPage } from "../pages/forbidden.ts";
import { missingPage } from "../pages/missing.ts";
import { pages } from "../pages/pages.ts";
import { currentTrace } from "../watch/trace.ts";
import { type Answer, goOn } from "./answer.ts";
import type { ShopContext, ShopSetup } from "./context.ts";
import { answerOf } from "./guards.ts";
import { keepCart, restoreCart } from "./kept-cart.ts";
import type { Form, ShopRequest } from "./request.ts";

/** The whole shop, free of any framework: a request and its form in, an answer out. */
export type Shop = (request: ShopRequest, form: Form) => Promise<Answer>;

/** GET shows a page, POST acts and redirects to one. */
export function createShop(setup: ShopSetup): Shop {
  return async (request, form) => {
    const target = request.url?.startsWith("/") ? request.url : "/";
    const url = new URL(`http://shop.invalid${target}`);
    const trace = currentTrace();
    // Once: a form may choose another storage, for the requests after it.
    const storage = setup.storages.chosenBy(request);
    const { sessions } = storage;
    const session = sessions.of(request);
    const context = { ...setup, request, form, storage, sessions, session, url, trace };
    trace.begin(session, storage);
    // The remember-me token brings back the user, in a session that has nothing yet.
    if (session.resumed) restoreCart(context);
    const answer = await answerTo(context);
    trace.handled(session);
    return answer;
  };
}

async function answerTo(context: ShopContext): Promise<Answer> {
  const { guards, request, session, url } = context;
  const { method, headers } = request;
  const refused = guards.get(url.pathname)?.(session, { method, headers, url: request.url });
  if (refused?.status === 403) return forbiddenPage(context, refused.problem.detail);
  if (refused) return answerOf(refused);
  return method === "POST" ? act(context) : show(context);
}

async function act(context: ShopContext): Promise<Answer> {
  const action = actions.get(context.url.pathname);
  if (action === undefined) return missingPage(context);
  const next = await action(context);
  keepCart(context);
  return typeof next === "string" ? goOn(context.request.headers, next) : next;
}

async function show(context: ShopContext): Promise<Answer> {
  const shown = pages.get(context.url.pathname);
  return shown ? shown(context) : missingPage(context);
}
