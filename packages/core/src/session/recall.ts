import type { SessionRecord } from "../store/contract.ts";

/** Places, each for one text. */
const PLACES = 4096;
/** Characters. With longer texts all that is kept might be more than a few megabytes. */
const LONGEST = 1024;

interface Kept<Value> {
  readonly text: string;
  readonly value: Value;
}

/**
 * What the texts of sessions were parsed to: a page brings a burst of requests of one session. Each has a place by its id, and shares it with others. What is kept there is what
 * came twice in a row, since it costs more to keep something than to parse it: whatever outlives its request has to be moved about by the garbage collector.
 */
export class Recall<Value extends object> {
  readonly #kept: Array<Kept<Value> | undefined> = Array.from({ length: PLACES });
  /** Which version of which session has come last, as a digest of both. */
  readonly #last = new Int32Array(PLACES);

  known({ id }: SessionRecord, text: string): Value | undefined {
    const kept = this.#kept[placeOf(digestOf(id))];
    return kept?.text === text ? kept.value : undefined;
  }

  /** Whether it is kept, so that from now on others have it too. */
  keep({ id, version }: SessionRecord, text: string, value: Value): boolean {
    const digest = digestOf(id);
    const place = placeOf(digest);
    const sight = (digest ^ version) | 0;
    if (this.#last[place] !== sight || text.length > LONGEST) {
      this.#last[place] = sight;
      return false;
    }
    // A part of a longer text, as a driver cuts it out of a reply, would keep alive all of that.
    const copy = JSON.parse(JSON.stringify(text)) as string;
    this.#kept[place] = { text: copy, value };
    return true;
  }

  /** Of a session of which something is kept: what its text has become. Of one that is often written the next request has nothing to parse. */
  renew({ id }: SessionRecord, before: string, text: string, value: Value): void {
    const place = placeOf(digestOf(id));
    if (this.#kept[place]?.text !== before || text.length > LONGEST) return;
    this.#kept[place] = { text, value };
  }
}

/** Of the beginning, which is random as all of it. */
function digestOf(id: string): number {
  let digest = 0;
  for (let i = 0; i < 6; i++) digest = Math.imul(digest, 31) + id.charCodeAt(i);
  return digest;
}

function placeOf(digest: number): number {
  return digest & (PLACES - 1);
}
