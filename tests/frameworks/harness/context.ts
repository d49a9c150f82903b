import type { IncomingMessage, ServerResponse } from "node:http";
import type { HandlerContext, TestSession } from "@coatcheck/testkit";

/** What a handler gets, where the sessions are properties of `request`. */
export function contextOf(
  request: object,
  raw: IncomingMessage,
  response: ServerResponse,
  header: HandlerContext["header"],
): HandlerContext {
  const sessionAt = (property: string): TestSession =>
    (request as Readonly<Record<string, TestSession>>)[property] as TestSession;
  return {
    request,
    raw,
    response,
    get session() {
      return sessionAt("session");
    },
    sessionAt,
    header,
  };
}
