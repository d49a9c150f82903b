import type { Sessions } from "@coatcheck/core";
import { createParamDecorator, type ExecutionContext } from "@nestjs/common";
import { onlyManagerOf } from "../managers.ts";
import { callerOf } from "./context.ts";

const userIdOf = createParamDecorator(
  async (given: Sessions<object> | undefined, context: ExecutionContext) => {
    const { request } = callerOf(context);
    const session = await (given ?? onlyManagerOf(request, "UserId")).load(request);
    return session.userId;
  },
);

/**
 * A handler's parameter: who is logged in, `@UserId() userId: string` behind a guard, `string | undefined` without one. In HTTP, in a WebSocket gateway
 * and in GraphQL. Where several modules were imported it is told which: `@UserId(adminSessions)`.
 */
export function UserId(sessions?: Sessions<object>): ParameterDecorator {
  return userIdOf(sessions);
}
