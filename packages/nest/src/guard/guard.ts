import type { Sessions } from "@coatcheck/core";
import {
  type CanActivate,
  type ExecutionContext,
  Inject,
  Injectable,
  type Type,
} from "@nestjs/common";
import { SESSION_OPTIONS, type SessionModuleOptions } from "../options.ts";
import { admit } from "./admit.ts";
import { accessKey } from "./metadata.ts";

/**
 * Lets a call through if somebody is logged in, in HTTP, in a WebSocket gateway and in GraphQL; `@Public()` and `@FreshLogin("10m")` say otherwise. For one route
 * (`@UseGuards(SessionGuard)`) or for all (`{ provide: APP_GUARD, useClass: SessionGuard }`). Of several session modules it asks the one that was imported first;
 * `sessionGuard` asks a certain one.
 */
@Injectable()
export class SessionGuard implements CanActivate {
  readonly #sessions: Sessions<object>;

  constructor(@Inject(SESSION_OPTIONS) options: SessionModuleOptions) {
    this.#sessions = options.sessions;
  }

  canActivate(context: ExecutionContext): Promise<boolean> {
    return admit(this.#sessions, accessKey(undefined), context);
  }
}

const guards = new WeakMap<object, Type<CanActivate>>();

/**
 * The guard of one of several managers: `@UseGuards(sessionGuard(adminSessions))`. It answers as that manager's module says, and heeds `@Public(adminSessions)` and
 * `@FreshLogin("10m", adminSessions)`.
 */
export function sessionGuard<Data extends object>(sessions: Sessions<Data>): Type<CanActivate> {
  const manager = sessions as unknown as Sessions<object>;
  const known = guards.get(manager);
  if (known) return known;
  @Injectable()
  class NamedSessionGuard implements CanActivate {
    canActivate(context: ExecutionContext): Promise<boolean> {
      return admit(manager, accessKey(manager), context);
    }
  }
  guards.set(manager, NamedSessionGuard);
  return NamedSessionGuard;
}
