import { text } from "node:stream/consumers";
import type { Front } from "./front.ts";

/** What a page has shown, by its own word. */
export interface Shown {
  readonly path: string;
  readonly text: string;
  /** It came out of the back-forward cache. */
  readonly restored: boolean;
}

const PATH = "/test/shown";

/**
 * What a tab shows, told by its pages. Playwright loses sight of a page that comes out of the back-forward cache, so the pages themselves
 * tell the server in front of the demo.
 */
export class Screen {
  readonly #told: Shown[] = [];
  #arrival = Promise.withResolvers<void>();

  /** To be run in every page. */
  static readonly script = `addEventListener("pageshow", ({ persisted }) =>
      navigator.sendBeacon("${PATH}", JSON.stringify({
        path: location.pathname,
        text: document.body.innerText,
        restored: persisted,
      })))`;

  constructor(front: Front) {
    front.route(PATH, async (request, response) => {
      this.#told.push(JSON.parse(await text(request)) as Shown);
      response.end();
      this.#arrival.resolve();
      this.#arrival = Promise.withResolvers();
    });
  }

  /** The next page of one of these paths. */
  async shows(...paths: readonly string[]): Promise<Shown> {
    for (;;) {
      const index = this.#told.findIndex(({ path }) => paths.includes(path));
      const [shown] = index < 0 ? [] : this.#told.splice(0, index + 1).slice(-1);
      if (shown) return shown;
      await this.#arrival.promise;
    }
  }
}
