/** The number of a row, from 1. */
export type Row = number;

export const NONE: Row = 0;

/** The whole numbers of a row. The first four are links to other rows, for the indexes. */
export const ID = 0;
export const USER = 1;
export const NEXT = 2;
export const PREVIOUS = 3;
export const VERSION = 4;
/** 1 if the record may be at hand as an object. */
export const AT_HAND = 5;
export const LENGTHS = 6;
export const STATE = 7;
const NUMBERS = 8;

/** The times of a row. */
export const CREATED = 0;
/** NaN, if never. */
export const AUTHENTICATED = 1;
export const SEEN = 2;
export const EXPIRES = 3;
const TIMES = 4;

const BITS = 10;
const MASK = (1 << BITS) - 1;

interface Page {
  readonly texts: string[];
  readonly numbers: Uint32Array;
  readonly times: Float64Array;
}

/** Rows of one text and twelve numbers, in pages: a table that doubles is half empty, and everybody waits while it is copied. */
export class Pages {
  readonly #pages: Page[] = [];
  #free = NONE;
  #last = NONE;
  #size = 0;

  /** How many are in use. */
  get size(): number {
    return this.#size;
  }

  /** The highest number that was ever in use. What was released never expires, so all up to this one may be looked at. */
  get last(): Row {
    return this.#last;
  }

  take(): Row {
    this.#size++;
    const row = this.#free || ++this.#last;
    if (this.#free) this.#free = this.number(row, NEXT);
    else if (row >>> BITS === this.#pages.length) this.#pages.push(emptyPage());
    return row;
  }

  release(row: Row): void {
    this.setText(row, "");
    this.setTime(row, EXPIRES, Infinity);
    this.setNumber(row, NEXT, this.#free);
    this.#free = row;
    this.#size--;
  }

  text(row: Row): string {
    return this.#page(row).texts[row & MASK] as string;
  }

  setText(row: Row, text: string): void {
    this.#page(row).texts[row & MASK] = text;
  }

  number(row: Row, field: number): number {
    return this.#page(row).numbers[(row & MASK) * NUMBERS + field] as number;
  }

  setNumber(row: Row, field: number, value: number): void {
    this.#page(row).numbers[(row & MASK) * NUMBERS + field] = value;
  }

  time(row: Row, field: number): number {
    return this.#page(row).times[(row & MASK) * TIMES + field] as number;
  }

  setTime(row: Row, field: number, value: number): void {
    this.#page(row).times[(row & MASK) * TIMES + field] = value;
  }

  #page(row: Row): Page {
    return this.#pages[row >>> BITS] as Page;
  }
}

function emptyPage(): Page {
  return {
    texts: new Array(MASK + 1).fill(""),
    numbers: new Uint32Array((MASK + 1) * NUMBERS),
    times: new Float64Array((MASK + 1) * TIMES),
  };
}
