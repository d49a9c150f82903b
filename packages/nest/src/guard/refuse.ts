import type { RefusedError } from "@coatcheck/core/guards";
import { applyAnswer, PendingReply, type ReplyLike } from "@coatcheck/core/node";
import { type ExecutionContext, HttpException } from "@nestjs/common";
import type { Caller } from "./context.ts";

/**
 * A guard did not let a call through. Nest's own exception filter sends `refused.answer`: problem details, or a redirect. One of your own,
 * `@Catch(SessionRefusedException)`, answers in another way.
 */
export class SessionRefusedException extends HttpException {
  readonly refused: RefusedError;
  /** In GraphQL: what an error has for programs. `graphql` takes it over, whichever driver is used. */
  declare readonly extensions?: Readonly<Record<string, unknown>>;

  constructor(refused: RefusedError, body: object, status: number) {
    super(body, status, { cause: refused });
    this.refused = refused;
  }
}

/** Throws what the kind of call has for it. */
export async function refuse(
  context: ExecutionContext,
  { kind }: Caller,
  refused: RefusedError,
): Promise<never> {
  const { problem, answer } = refused;
  if (kind === "http") {
    const response = context.switchToHttp().getResponse<object>();
    applyAnswer(
      isReply(response) ? new PendingReply(response, "") : (response as never),
      answer.headers,
    );
    throw new SessionRefusedException(refused, problem, answer.status);
  }
  if (kind === "graphql") {
    // By `statusCode` Nest's Apollo driver knows an HTTP exception, and puts the same there by itself.
    const body = { ...problem, statusCode: problem.status, message: problem.detail };
    const code = problem.status === 401 ? "UNAUTHENTICATED" : "FORBIDDEN";
    const exception = new SessionRefusedException(refused, body, problem.status);
    throw Object.assign(exception, { extensions: { code, originalError: body } });
  }
  // There already, as a gateway called; and not needed where there is none.
  const { WsException } = await import("@nestjs/websockets");
  throw new WsException({ ...problem, message: problem.detail });
}

/** Fastify keeps its headers beside Node's. */
function isReply(response: object): response is ReplyLike {
  return "raw" in response;
}
