import { answered, type Deeds } from "./deeds.ts";
import { ANSWER, inAnswer, nextValue } from "./texts.ts";

export type Handler<Request, Response> = (
  request: Request,
  response: Response,
) => string | Promise<string>;

export interface Route<Request, Response> {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly handler: Handler<Request, Response>;
}

/** The path of the route that has opted out. */
export const FREE = "/free";

/** The application that all servers serve. */
export function routesOf<Request, Response>(
  deeds: Deeds<Request, Response>,
): Route<Request, Response>[] {
  const well = () => ANSWER;
  return [
    {
      method: "GET",
      path: "/untouched",
      handler: deeds.untouched
        ? (request, response) => answered(deeds.untouched?.(request, response), well)
        : well,
    },
    { method: "GET", path: FREE, handler: well },
    {
      method: "GET",
      path: "/read",
      handler: (request, response) => answered(deeds.read(request, response), inAnswer),
    },
    {
      method: "POST",
      path: "/write",
      handler(request, response) {
        const value = nextValue();
        return answered(deeds.write(request, value, response), () => inAnswer(value));
      },
    },
    {
      method: "POST",
      path: "/fill",
      handler: (request, response) => answered(deeds.fill(request, response), well),
    },
    {
      method: "POST",
      path: "/login",
      handler: (request, response) => answered(deeds.login(request, response), well),
    },
    {
      method: "GET",
      path: "/seen",
      handler: (request, response) => answered(deeds.seen(request, response), inAnswer),
    },
    {
      method: "GET",
      path: "/user",
      handler: (request, response) => answered(deeds.user(request, response), inAnswer),
    },
  ];
}
