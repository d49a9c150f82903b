/** One request to a running example, and what must come back. */
export interface Step {
  /** `GET`, `POST`, …; `WS` opens a WebSocket. */
  readonly method: string;
  readonly path: string;
  /** A form, as it is sent: `name=ann&password=secret`. */
  readonly form: string | undefined;
  /** The Origin header, as another site's page would send it. */
  readonly origin: string | undefined;
  readonly status: number;
  /** What the body, or the first message, contains. */
  readonly text: string | undefined;
}

const STEP = /^([A-Z]+) (\/\S*)(?: with (\S+))?(?: from (\S+))? (\d{3})(?: "(.*)")?$/;

/** `POST /login with name=ann 302, GET /me 200 "ann", POST / from https://other.example 403, WS /chat 101 "hello"`. */
export function parseSteps(text: string): Step[] {
  return text.split(/, (?=[A-Z]+ \/)/).map((step) => {
    const match = STEP.exec(step);
    if (match === null) throw new Error(`not a step: ${step}`);
    const [, method = "", path = "", form, origin, status, said] = match;
    return { method, path, form, origin, status: Number(status), text: said };
  });
}
