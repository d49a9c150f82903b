import { type Duration, milliseconds, type Sessions } from "@coatcheck/core";
import { applyDecorators, UseGuards } from "@nestjs/common";
import { SessionGuard, sessionGuard } from "./guard.ts";
import { type Access, accessKey } from "./metadata.ts";

/**
 * Of a controller, a resolver, a gateway, or one of their methods: `SessionGuard` lets everybody through, for applications that have it as a global guard.
 * With a manager it is for the guard of that one, and for it alone. At a method it takes back what its class asks for.
 */
export function Public(sessions?: Sessions<object>): ClassDecorator & MethodDecorator {
  return allow(sessions, { isPublic: true });
}

/**
 * Of a controller, a resolver, a gateway, or one of their methods (of a field's only with Nest's `fieldResolverEnhancers`): only who has logged in no longer ago than `within`, as `"10m"` (OWASP ASVS 7.5.1). Brings its guard along, so that
 * it holds without a global one. A method's `within` counts in place of its class's; what else the class asks for holds too. Without a manager it is the one of the module that was imported first.
 *
 * @throws SessionConfigError for anything but a duration with its unit, when the class is declared
 */
export function FreshLogin(
  within: Duration,
  sessions?: Sessions<object>,
): ClassDecorator & MethodDecorator {
  milliseconds(within, "@FreshLogin(within)");
  const guard = UseGuards(sessions ? sessionGuard(sessions) : SessionGuard);
  return applyDecorators(allow(sessions, { within }), guard);
}

/**
 * Of a controller, a resolver, a gateway, or one of their methods: only who has stepped up by `session.elevate()`, for as long as that holds (OWASP ASVS 7.5.3). Brings its guard along.
 */
export function Elevated(sessions?: Sessions<object>): ClassDecorator & MethodDecorator {
  const guard = UseGuards(sessions ? sessionGuard(sessions) : SessionGuard);
  return applyDecorators(allow(sessions, { elevated: true }), guard);
}

function allow(
  sessions: Sessions<object> | undefined,
  access: Access,
): ClassDecorator & MethodDecorator {
  return (target: object, _key?: string | symbol, descriptor?: PropertyDescriptor) => {
    const on = (descriptor?.value ?? target) as object;
    const key = accessKey(sessions);
    const known = Reflect.getOwnMetadata(key, on) as Access | undefined;
    Reflect.defineMetadata(key, { ...known, ...access }, on);
  };
}
