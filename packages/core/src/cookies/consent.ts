import { isObject } from "../object.ts";
import type { StandardSchema } from "../session/schema.ts";
import {
  CONSENT_CATEGORIES,
  type ConsentCategory,
  type CookieCategory,
  categoriesOf,
} from "./category.ts";
import type { ConsentSettings } from "./options.ts";
import type { Place } from "./place.ts";
import type { Wire, WireTools } from "./wire.ts";

/** What a visitor decided. */
export interface ConsentRecord {
  readonly granted: readonly ConsentCategory[];
  /** Of the text that the visitor saw. */
  readonly version: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** The record as the cookie has it. */
interface Stored {
  readonly v: string;
  readonly t: number;
  readonly c: readonly ConsentCategory[];
}

/** Global Privacy Control is about sale and sharing, which is done by these. */
const REFUSED_BY_GPC: readonly CookieCategory[] = ["analytics", "marketing"];

/** A visitor's consent, for one request and its response. */
export interface Consent {
  /** What was decided on the text's present version; `undefined`: the visitor has to be asked. */
  readonly record: ConsentRecord | undefined;
  /** Whether the browser refuses analytics and marketing by itself (`Sec-GPC: 1`), whatever was granted. */
  readonly refusedByBrowser: boolean;
  /** Whether such cookies may be set and read. */
  has(category: CookieCategory): boolean;
  /**
   * The visitor agrees to these, beside what was granted before on the same text. Throws a `SessionTooLateError` once the response has
   * begun, and a `CrossOriginError` for an unsafe request of another origin.
   */
  grant(categories: ConsentCategory | readonly ConsentCategory[]): void;
  /**
   * The visitor refuses these, or all; their cookies are removed by the same response. "Reject all" is this, too: the refusal is
   * remembered. Throws a `SessionTooLateError` once the response has begun, and a `CrossOriginError` for an unsafe request of another
   * origin.
   */
  withdraw(categories?: ConsentCategory | readonly ConsentCategory[]): void;
}

export class RequestConsent implements Consent {
  readonly #wire: Wire;
  readonly #tools: WireTools;
  readonly #settings: ConsentSettings;
  readonly #places: readonly Place[];

  constructor(wire: Wire, tools: WireTools, settings: ConsentSettings, places: readonly Place[]) {
    this.#wire = wire;
    this.#tools = tools;
    this.#settings = settings;
    this.#places = places;
  }

  get record(): ConsentRecord | undefined {
    const stored = this.#stored;
    if (stored === undefined) return undefined;
    const { v: version, t: at, c: granted } = stored;
    const { version: current, place } = this.#settings;
    // The browser's own clock is not to be relied on to end a consent.
    const isOver = at + (place.definition.maxAge as number) <= this.#tools.clock();
    return version === current && !isOver ? { granted, version, at } : undefined;
  }

  get refusedByBrowser(): boolean {
    return this.#settings.honourGpc && isOne(this.#wire.header("Sec-GPC"));
  }

  has(category: CookieCategory): boolean {
    if (category === "necessary") return true;
    if (!this.record?.granted.includes(category)) return false;
    return !REFUSED_BY_GPC.includes(category) || !this.refusedByBrowser;
  }

  grant(categories: ConsentCategory | readonly ConsentCategory[]): void {
    const given = categoriesOf(categories);
    const before = this.record?.granted ?? [];
    this.#decide(CONSENT_CATEGORIES.filter((it) => before.includes(it) || given.includes(it)));
  }

  withdraw(categories: ConsentCategory | readonly ConsentCategory[] = CONSENT_CATEGORIES): void {
    const taken = categoriesOf(categories);
    const before = this.record?.granted ?? [];
    this.#decide(before.filter((it) => !taken.includes(it)));
    // Seen or not: another path's does not come, nor a Strict one from elsewhere, and one may outlive the decision it was set by.
    for (const place of this.#places) {
      const { category } = place.definition;
      if (taken.some((it) => it === category)) this.#wire.clear(place);
    }
  }

  get #stored(): Stored | undefined {
    return this.#wire.read(this.#settings.place) as Stored | undefined;
  }

  #decide(granted: readonly ConsentCategory[]): void {
    const { place, version, trusted } = this.#settings;
    // A form of another site would agree in the visitor's name, or take back what the visitor wants.
    this.#wire.requireOwn(trusted);
    const at = this.#tools.clock();
    const stored: Stored = { v: version, t: at, c: granted };
    this.#wire.write(place, this.#wire.lineOf(place, stored), stored);
    this.#tools.events.emit("consent-decided", { granted, version, at });
  }
}

/** A proxy may have written it once more, and fields of one name arrive joined (RFC 9110 section 5.3). */
function isOne(field: string | undefined): boolean {
  return /^1(\s*,\s*1)*$/.test(field ?? "");
}

export const storedConsent: StandardSchema<Stored> = {
  "~standard": {
    version: 1,
    vendor: "coatcheck",
    validate: (value) => (isStored(value) ? { value } : { issues: [{ message: "is no consent" }] }),
  },
};

function isStored(value: unknown): value is Stored {
  if (!isObject(value)) return false;
  const { v, t, c } = value;
  const known: readonly unknown[] = CONSENT_CATEGORIES;
  return (
    typeof v === "string" &&
    Number.isSafeInteger(t) &&
    Array.isArray(c) &&
    c.every((it) => known.includes(it))
  );
}
