import { isDeepStrictEqual } from "node:util";

/** Something to be timed. Whoever needs a thread pool answers with a promise. */
export interface Subject {
  readonly name: string;
  /** How many are on their way at once. Default: 1. */
  readonly abreast?: number;
  seal(): unknown;
  open(): unknown;
}

/** One way of sealing one session. */
export interface Sealing<S, O> {
  readonly name: string;
  seal(): S | Promise<S>;
  open(seal: S): O | Promise<O>;
  /** What was sealed, of what `open` gave; `undefined` of a refusal. Not timed. */
  read(opened: O): unknown;
  /** The seal with something changed inside. */
  damage(seal: S): S;
}

/** A subject that does what it says: gives back `sealed`, refuses a damaged seal, and seals the same anew each time. Throws otherwise. */
export async function proven<S, O>(it: Sealing<S, O>, sealed: unknown): Promise<Subject> {
  const one = await it.seal();
  if (!isDeepStrictEqual(it.read(await it.open(one)), sealed)) {
    throw new Error(`${it.name} does not give back what it sealed`);
  }
  if (isDeepStrictEqual(await it.seal(), one)) throw new Error(`${it.name} seals alike twice`);
  if (!(await refuses(it, it.damage(one)))) throw new Error(`${it.name} opens a damaged seal`);
  return {
    name: typeof one === "string" ? `${it.name}, ${one.length} characters` : it.name,
    seal: () => it.seal(),
    open: () => it.open(one),
  };
}

async function refuses<S, O>(it: Sealing<S, O>, seal: S): Promise<boolean> {
  try {
    return it.read(await it.open(seal)) === undefined;
  } catch {
    return true;
  }
}

/** Another character in the middle, which is ciphertext in all formats here. */
export function damageText(seal: string): string {
  const at = seal.length >> 1;
  return seal.slice(0, at) + (seal[at] === "A" ? "B" : "A") + seal.slice(at + 1);
}
