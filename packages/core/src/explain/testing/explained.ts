import type { SessionsOptions } from "../../session/options.ts";
import { type Bench, type Browser, bench, type Loose } from "../../testing/bench.ts";
import { type Explainer, explainRequests } from "../explainer.ts";
import type { Explanation } from "../explanation.ts";

/** A bench whose manager is in explain mode. */
export interface Explained extends Bench<Loose> {
  readonly explainer: Explainer;
  readonly told: Explanation[];
  /** The last of them in codes. */
  last(): string;
}

export function explained(
  options: SessionsOptions<Loose> & { asynchronous?: boolean } = {},
): Explained {
  const it = bench(options);
  const told: Explanation[] = [];
  const explainer = explainRequests(it.sessions, (explanation) => told.push(explanation));
  return { ...it, explainer, told, last: () => codesOf(told.at(-1)) };
}

/** `tokens | deeds | decision | change response`. */
export function codesOf(explanation: Explanation | undefined): string {
  if (!explanation) return "nothing";
  const { tokens, deeds, decision, response } = explanation;
  const list = (facts: readonly { readonly code: string }[]) =>
    facts.map(({ code }) => code).join();
  return [list(tokens), list(deeds), decision.code, `${response.change} ${response.code}`].join(
    " | ",
  );
}

/** A browser that has a session, whose beginning is not told. */
export async function visited(it: Explained): Promise<Browser> {
  const browser = it.browser();
  await browser.visit((session) => session.set("a", 1));
  it.told.length = 0;
  return browser;
}
