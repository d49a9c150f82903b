import { SessionNotLoadedError } from "@coatcheck/core";
import type { CookieHolder } from "@coatcheck/core/node";
import { createParamDecorator, type ExecutionContext } from "@nestjs/common";
import { managersOf } from "./install.ts";

const jarOf = createParamDecorator(
  (given: CookieHolder | undefined, context: ExecutionContext): unknown => {
    const request = context.switchToHttp().getRequest<object>();
    return (given ?? onlyManagerOf(request)).of(request);
  },
);

/**
 * A handler's parameter: the request's cookies, `@Jar() jar: JarOf<typeof cookies>`. Where several modules were imported it is told
 * which: `@Jar(adminCookies)`.
 */
export function Jar(cookies?: CookieHolder): ParameterDecorator {
  return jarOf(cookies);
}

function onlyManagerOf(request: object): CookieHolder {
  const [manager, ...others] = managersOf(request);
  if (manager && others.length === 0) return manager;
  throw new SessionNotLoadedError(
    manager
      ? "there are several cookie managers: say which, as in @Jar(cookies)"
      : "this request has no cookies: import the CookieModule",
  );
}
