import type { SessionLimit } from "@coatcheck/core";
import fc from "fast-check";

/** One step of a trace. Ids and users are numbers, to which each replay gives names of its own. */
export type Operation =
  | { readonly kind: "create"; readonly id: number; readonly write: Write }
  /** `ahead`: how far the expected version is from the one that is stored; 0 is right. */
  | {
      readonly kind: "update";
      readonly id: number;
      readonly ahead: number;
      readonly write: Write;
    }
  /** Both in milliseconds from now; what lies before the stored times must change nothing. */
  | { readonly kind: "touch"; readonly id: number; readonly seen: number; readonly life: number }
  | { readonly kind: "read"; readonly id: number }
  | { readonly kind: "destroy"; readonly id: number }
  | { readonly kind: "listByUser"; readonly user: number }
  | { readonly kind: "destroyByUser"; readonly user: number; readonly except: number | undefined }
  | { readonly kind: "sweep" }
  | { readonly kind: "wait"; readonly ms: number };

export interface Write {
  readonly user: number | null;
  /** Milliseconds until it expires. */
  readonly life: number;
  readonly limit: SessionLimit | undefined;
  readonly data: string;
}

export const IDS = 5;
export const USERS = 3;

const id = fc.nat({ max: IDS - 1 });
const user = fc.nat({ max: USERS - 1 });
// Few and small, so that waits often end at the very millisecond of an expiry.
const life = fc.constantFrom(1, 4, 5, 10, 50, 60_000);

const write: fc.Arbitrary<Write> = fc.record({
  user: fc.option(user, { nil: null, freq: 4 }),
  life,
  limit: fc.option(
    fc.record({
      perUser: fc.integer({ min: 1, max: 3 }),
      onLimit: fc.constantFrom("evict-oldest", "reject"),
    }),
    { nil: undefined, freq: 2 },
  ),
  data: fc.constantFrom("{}", '{"a":1.0}', "Ä\\'\"😀 \u2028", ""),
});

const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("create" as const), id, write }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("update" as const),
      id,
      ahead: fc.constantFrom(0, 0, 0, 0, 1, -1),
      write,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("touch" as const),
      id,
      seen: fc.constantFrom(-3, 0, 3),
      life,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("read" as const), id }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("destroy" as const), id }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("listByUser" as const), user }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("destroyByUser" as const),
      user,
      except: fc.option(id, { nil: undefined }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("sweep" as const) }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant("wait" as const), ms: fc.constantFrom(1, 4, 5, 45) }),
  },
);

export const trace: fc.Arbitrary<Operation[]> = fc.array(operation, {
  minLength: 5,
  maxLength: 30,
});
