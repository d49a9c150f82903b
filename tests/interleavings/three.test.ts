import { setImmediate as turn } from "node:timers/promises";
import { createSessions, memoryStore, type Session } from "@coatcheck/core";
import { manualClock, seededRandom, stepStore } from "@coatcheck/testkit";
import { expect, test } from "vitest";
import { type Data, OPERATIONS, type Operation, perform, USER } from "./operations.ts";

/** What becomes of one of the calls: the reply is lost, or it is never made. */
type Fault = { readonly at: number; readonly made: boolean } | undefined;

/** Three requests that have loaded one session commit, in the order that `schedule` says; how many could have gone on at each step. */
async function play(operations: readonly Operation[], schedule: readonly number[], fault: Fault) {
  const clock = manualClock();
  const memory = memoryStore({ clock });
  let calls = 0;
  const step = stepStore({
    ...methods(memory),
    update: async (record, version, limit) => {
      const strikes = calls++ === fault?.at;
      const answer = strikes && !fault?.made ? "ok" : await memory.update(record, version, limit);
      if (strikes) throw new Error("connection reset");
      return answer;
    },
  });
  const plain = createSessions<Data>({ storage: memory, clock, random: seededRandom("plain") });
  const racing = createSessions<Data>({
    storage: step,
    clock,
    random: seededRandom("race"),
    storeTimeout: "1h",
  });
  const cookie = `__Host-id=${await plain.issue(USER)}`;
  const opening = operations.map(async () => racing.open({ headers: { cookie } }));
  while (step.waiting.length > 0) await step.release();
  const sessions = await Promise.all(opening);
  const commits = operations.map(async (operation, at) => {
    const session = sessions[at] as Session<Data>;
    perform(operation, session, at === 0 ? "a" : "b");
    return racing.commit(session);
  });
  const outcomes = Promise.allSettled(commits);
  const choices: number[] = [];
  for (let at = 0; ; at += 1) {
    await turn();
    if (step.waiting.length === 0) break;
    choices.push(step.waiting.length);
    await step.release(schedule[at] ?? 0);
  }
  const id = cookie.slice("__Host-id=".length).split(".")[0] as never;
  return { outcomes: await outcomes, choices, calls, stored: await memory.read(id) };
}

function methods(store: ReturnType<typeof memoryStore>) {
  const { read, create, touch, destroy, listByUser, destroyByUser } = store;
  const all = { read, create, touch, destroy, listByUser, destroyByUser };
  return Object.fromEntries(
    Object.entries(all).map(([name, method]) => [name, method.bind(store)]),
  ) as typeof all;
}

/** Every order in which their calls can follow each other. */
async function everyOrder(
  operations: readonly Operation[],
  fault: Fault,
  check: (end: Awaited<ReturnType<typeof play>>) => void,
): Promise<number> {
  let count = 0;
  const open: number[][] = [[]];
  for (let prefix = open.pop(); prefix; prefix = open.pop()) {
    const end = await play(operations, prefix, fault);
    count += 1;
    check(end);
    for (let at = prefix.length; at < end.choices.length; at += 1) {
      const before = [...prefix, ...Array<number>(at - prefix.length).fill(0)];
      for (let next = 1; next < (end.choices[at] ?? 0); next += 1) open.push([...before, next]);
    }
  }
  return count;
}

const TRIPLES = OPERATIONS.flatMap((a, i) =>
  OPERATIONS.slice(i).flatMap((b, j) => OPERATIONS.slice(i + j).map((c) => [a, b, c] as const)),
);

const dataOf = (text: string | undefined): Partial<Data> => JSON.parse(text ?? "{}");
const times = (operations: readonly Operation[], one: Operation) =>
  operations.filter((it) => it === one).length;

test("G6, G7 no order of three requests loses a write or a count, revives a session or leaves one waiting", async () => {
  let schedules = 0;
  for (const operations of TRIPLES) {
    schedules += await everyOrder(operations, undefined, ({ outcomes, stored }) => {
      const failed = outcomes.filter(({ status }) => status === "rejected");
      expect(failed, operations.join()).toEqual([]);
      if (operations.includes("destroy")) {
        // A login over a session that has ended is one of its own.
        expect(stored, operations.join()).toBeUndefined();
        return;
      }
      const { a, b, count = 0 } = dataOf(stored?.data);
      expect(count, operations.join()).toBe(times(operations, "update"));
      expect([a, b]).toEqual([
        operations[0] === "write" ? "written" : undefined,
        operations.slice(1).includes("write") ? "written" : undefined,
      ]);
    });
  }
  expect(schedules).toBeGreaterThan(500);
}, 120_000);

test("G7 of three updates each that was acknowledged counts once, whichever call fails", async () => {
  const operations: readonly Operation[] = ["update", "update", "update"];
  for (const made of [false, true]) {
    for (let at = 0; at < 6; at += 1) {
      await everyOrder(operations, { at, made }, ({ outcomes, calls, stored }) => {
        const saved = outcomes.filter(({ status }) => status === "fulfilled").length;
        const { count = 0 } = dataOf(stored?.data);
        expect(saved).toBeGreaterThanOrEqual(calls > at ? 2 : 3);
        expect(count - saved).toBeGreaterThanOrEqual(0);
        expect(count - saved).toBeLessThanOrEqual(made ? 1 : 0);
      });
    }
  }
}, 120_000);
