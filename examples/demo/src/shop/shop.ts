import { actions } from "../actions/actions.ts";
import { missingPage } from "../pages/missing.ts";
import { pages } from "../pages/pages.ts";
import { currentTrace } from "../watch/trace.ts";
import { type Answer, redirect } from "./answer.ts";
import type { ShopContext, ShopSetup } from "./context.ts";
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
    const answer = request.method === "POST" ? await act(context) : await show(context);
    trace.handled(session);
    return answer;
  };
}

async function act(context: ShopContext): Promise<Answer> {
  const action = actions.get(context.url.pathname);
  return action ? redirect(await action(context)) : missingPage(context);
}

async function show(context: ShopContext): Promise<Answer> {
  const shown = pages.get(context.url.pathname);
  return shown ? shown(context) : missingPage(context);
}
