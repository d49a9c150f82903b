import { isDeepStrictEqual } from "node:util";
import { clearCookie, setCookie } from "../../../packages/core/src/cookie/write.ts";
import type { World } from "../describe-chromium.ts";
import type { Pages } from "../pages.ts";
import type { StoredCookie } from "../visitor.ts";
import type { Combination, Origin } from "./combinations.ts";
import { lineOf } from "./line.ts";
import { asked, described, endsAsAsked, type Interval } from "./stored.ts";
import type { StricterRule } from "./stricter.ts";
import { type Verdict, verdictOn } from "./verdict.ts";

/** What became of some combinations. */
export interface Confrontation {
  /** A sentence for each case in which the browser did other than we say. */
  readonly disagreements: readonly string[];
  /** The rules by which we refused what the browser keeps. */
  readonly stricter: ReadonlySet<StricterRule>;
}

/** What is in the browser after a visit. */
interface Jar {
  readonly cookies: readonly StoredCookie[];
  /** When the visit was. */
  readonly set: Interval;
}

type Case = Combination & Verdict & { readonly value: string; readonly line: string };

/** Chromium keeps 180 cookies of one site, and 10 KiB of one in a partition: fewer at a time evict nothing. */
const AT_ONCE = 150;

/** Sets the cookies in a real browser, looks what it keeps, and removes what we set in two halves. */
export async function confront(
  world: World,
  pages: Pages,
  origin: Origin,
  combinations: readonly Combination[],
): Promise<Confrontation> {
  const cases = combinations.map((it, index) => caseOf(it, index, origin));
  const disagreements = cases.flatMap(lineDisagreement);
  const visitor = await world.regular();
  const get = async (lines: readonly string[]): Promise<Jar> => {
    const from = Date.now();
    await visitor.visit(world.servers.url(origin.scheme, origin.host, pages.setting(lines)));
    const set = { from, to: Date.now() };
    return { set, cookies: await visitor.cookies() };
  };
  for (let at = 0; at < cases.length; at += AT_ONCE) {
    const some = cases.slice(at, at + AT_ONCE);
    const full = await get(some.map(({ line }) => line));
    disagreements.push(...keptOtherwise(some, full, origin));
    disagreements.push(...(await removedOtherwise(some, full, get)));
    await visitor.forgetCookies();
  }
  const kept = cases.filter((it) => it.kept !== undefined);
  return {
    disagreements,
    stricter: new Set(kept.flatMap(({ policy, rules }) => (policy ? [] : rules))),
  };
}

function caseOf(combination: Combination, index: number, origin: Origin): Case {
  const { options, maxAge } = combination;
  const verdict = verdictOn(options, origin);
  const value = `v${index}`;
  const line = verdict.policy
    ? setCookie(verdict.policy, value, maxAge)
    : lineOf(options, value, maxAge);
  return { ...combination, ...verdict, value, line };
}

/** What is refused is written by the tests: it must be what we would have written. */
function lineDisagreement({ options, value, maxAge, policy, line }: Case): string[] {
  const ours = lineOf(options, value, maxAge);
  return policy === undefined || line === ours ? [] : [`written: ${line}, not ${ours}`];
}

/** What the browser keeps, drops or changes against our word. */
function keptOtherwise(cases: readonly Case[], { set, cookies }: Jar, origin: Origin): string[] {
  const jar = new Map(cookies.map((cookie) => [cookie.name, cookie]));
  const disagreements = cases.flatMap(({ options, kept, value, line, maxAge }) => {
    const cookie = jar.get(options.name ?? "");
    if (cookie === undefined) return kept ? [`dropped: ${line}`] : [];
    if (kept === undefined) return [`kept: ${line}`];
    const found = described(cookie);
    if (!isDeepStrictEqual(found, asked(kept, value, origin))) {
      return [`kept otherwise: ${line}: ${JSON.stringify(found)}`];
    }
    return endsAsAsked(cookie, maxAge, set) ? [] : [`ends at ${cookie.expires}: ${line}`];
  });
  const strangers =
    cookies.length - cases.filter(({ options: { name } }) => jar.has(name ?? "")).length;
  return strangers === 0
    ? disagreements
    : [...disagreements, `${strangers} cookies that nobody set`];
}

/** Removes every second cookie that we set, then the others: each time exactly those must go. */
async function removedOtherwise(
  cases: readonly Case[],
  full: Jar,
  get: (lines: readonly string[]) => Promise<Jar>,
): Promise<string[]> {
  const ours = cases.flatMap(({ policy }) => policy ?? []);
  let left = full.cookies.map(({ name }) => name);
  const disagreements: string[] = [];
  for (const half of [0, 1]) {
    const removed = ours.filter((_, index) => index % 2 === half);
    if (removed.length === 0) continue;
    const { cookies } = await get(removed.map(clearCookie));
    const names = new Set(removed.map(({ name }) => name));
    const found = new Set(cookies.map(({ name }) => name));
    for (const name of left) {
      if (found.has(name) && names.has(name)) disagreements.push(`not removed: ${name}`);
      if (!found.has(name) && !names.has(name)) disagreements.push(`removed with others: ${name}`);
    }
    left = [...found];
  }
  return disagreements;
}
