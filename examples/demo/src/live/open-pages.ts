import { Readable } from "node:stream";
import type { Sessions } from "@coatcheck/core";

const ENDED = "event: ended\ndata: -\n\n";

/** The pages of one server that are open in a browser, each with a stream by which it is told that its session is over. */
export class OpenPages {
  readonly #streams = new Set<Readable>();

  /** Server-sent events: nothing while the session lives. */
  follow<Data extends object>(sessions: Sessions<Data>, id: string): Readable {
    const stream = new Readable({ read() {} });
    // A comment, so that the headers leave.
    stream.push(": the session lives\n\n");
    const stop = sessions.onEnd(id, () => {
      stream.push(ENDED);
      stream.push(null);
    });
    this.#streams.add(stream);
    stream.once("close", () => {
      stop();
      this.#streams.delete(stream);
    });
    return stream;
  }

  /** Ends the streams; the browsers come again by themselves. */
  close(): void {
    for (const stream of this.#streams) stream.push(null);
  }
}

/** For a page whose session is over already. */
export function ended(): Readable {
  return Readable.from([ENDED]);
}
