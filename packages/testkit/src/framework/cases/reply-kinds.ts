import { Readable } from "node:stream";
import { setImmediate as turn } from "node:timers/promises";
import type { FrameworkContext } from "../case.ts";
import type { FrameworkFeature, HandlerContext } from "../harness.ts";
import {
  empty,
  file,
  hijack,
  json,
  redirect,
  sse,
  stream,
  type TestRoute,
  text,
} from "../route.ts";

/** One way in which a response may come about. */
export interface Way {
  readonly name: string;
  readonly needs: readonly FrameworkFeature[];
  readonly method: "GET" | "HEAD";
  /** The status of a response that nothing went wrong with. */
  readonly status: number;
  /** What the whole body holds. */
  readonly body: string;
  /** A route that does `act`, and then answers in this way. */
  route(act: (context: HandlerContext) => void, context: FrameworkContext): TestRoute;
}

const GET = { method: "GET", status: 200 } as const;
const RAW = ["hijack", "gate"] as const;
const PLAIN = { "Content-Type": "text/plain" };

/** Every way that the suite knows. */
export const ways: readonly Way[] = [
  {
    name: "JSON",
    needs: ["json"],
    ...GET,
    body: '"done"',
    route: (act) =>
      json((context) => {
        act(context);
        return { is: "done" };
      }),
  },
  {
    name: "text after an await",
    needs: ["text"],
    ...GET,
    body: "done",
    route: (act) =>
      text(async (context) => {
        await turn();
        act(context);
        return "done";
      }),
  },
  {
    name: "HEAD",
    needs: ["text"],
    method: "HEAD",
    status: 200,
    body: "",
    route: (act) =>
      text((context) => {
        act(context);
        return "done";
      }),
  },
  {
    name: "a redirect",
    needs: ["redirect"],
    method: "GET",
    status: 302,
    body: "",
    route: (act) =>
      redirect((context) => {
        act(context);
        return "/elsewhere";
      }),
  },
  ...[204, 304].map(
    (status): Way => ({
      name: String(status),
      needs: ["empty"],
      method: "GET",
      status,
      body: "",
      route: (act) =>
        empty((context) => {
          act(context);
          return status;
        }),
    }),
  ),
  {
    name: "a stream",
    needs: ["stream"],
    ...GET,
    body: "one two done",
    route: (act) =>
      stream((context) => {
        act(context);
        return Readable.from(["one ", "two ", "done"].map((word) => Buffer.from(word)));
      }),
  },
  {
    name: "a file",
    needs: ["file"],
    ...GET,
    body: "file done",
    route: (act, { file: create }) => {
      const path = create("file done");
      return file((context) => {
        act(context);
        return path;
      });
    },
  },
  {
    name: "server-sent events",
    needs: ["sse", "gate"],
    ...GET,
    body: "data: done\n\n",
    route: (act) =>
      sse((context) => {
        act(context);
        return events();
      }),
  },
  {
    name: "an error thrown",
    needs: ["json"],
    method: "GET",
    status: 500,
    body: "",
    route: (act) =>
      json((context) => {
        act(context);
        throw new Error("thrown by the handler");
      }),
  },
  {
    name: "a rejection",
    needs: ["json"],
    method: "GET",
    status: 500,
    body: "",
    route: (act) =>
      json(async (context) => {
        await turn();
        act(context);
        throw new Error("rejected by the handler");
      }),
  },
  raw("end() on the raw response", ({ response }) => {
    response.end("raw done");
  }),
  raw("write() and end() on the raw response", ({ response }) => {
    response.setHeader("Content-Type", "text/plain");
    response.write("raw ");
    response.end("done");
  }),
  raw("writeHead(status, object) on the raw response", ({ response }) => {
    response.writeHead(200, { ...PLAIN, "X-Own": "own" });
    response.end("raw done");
  }),
  raw("writeHead(status, message, array) on the raw response", ({ response }) => {
    response.writeHead(200, "Fine", ["Content-Type", "text/plain", "X-Own", "own"]);
    response.write("raw done");
    response.end();
  }),
  raw("flushHeaders() on the raw response", ({ response }) => {
    response.setHeader("Content-Type", "text/plain");
    response.flushHeaders();
    setImmediate(() => response.end("raw done"));
  }),
  raw("a response taken over that answers later", ({ response }) => {
    setTimeout(() => response.end("raw done"), 2);
  }),
  raw("pipe() into the raw response", ({ response }) => {
    Readable.from([Buffer.from("raw "), Buffer.from("done")]).pipe(response);
  }),
];

function raw(name: string, respond: (context: HandlerContext) => void): Way {
  return {
    name,
    needs: RAW,
    ...GET,
    body: "done",
    route: (act) =>
      hijack((context) => {
        act(context);
        respond(context);
      }),
  };
}

async function* events(): AsyncGenerator<string> {
  yield "one";
  await turn();
  yield "done";
}
