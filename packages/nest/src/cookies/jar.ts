import { SessionNotLoadedError } from "@coatcheck/core";
import type { CookieHolder } from "@coatcheck/core/node";
import { createParamDecorator, type ExecutionContext } from "@nestjs/common";
import { managerOf } from "./install.ts";

const jarOf = createParamDecorator(
  (given: CookieHolder | undefined, context: ExecutionContext): unknown => {
    const request = context.switchToHttp().getRequest<object>();
    const cookies = given ?? managerOf(request);
    if (cookies) return cookies.of(request);
    throw new SessionNotLoadedError("this request has no cookies: import the CookieModule");
  },
);

/**
 * A handler's parameter: the request's cookies, `@Jar() jar: JarOf<typeof cookies>`. Of several modules those of the one that was
 * imported first, or of the manager that is given: `@Jar(adminCookies)`.
 */
export function Jar(cookies?: CookieHolder): ParameterDecorator {
  return jarOf(cookies);
}
