import type { Session, Sessions } from "@coatcheck/core";
import {
  type CanActivate,
  type ExecutionContext,
  Inject,
  Injectable,
  type Type,
  UnauthorizedException,
} from "@nestjs/common";
import { SESSION_OPTIONS, type SessionModuleOptions } from "./options.ts";

/**
 * Lets a request through if somebody is logged in, and answers 401 if not. Of several session modules it asks the one that was
 * imported first; `sessionGuard` asks a certain one.
 */
@Injectable()
export class SessionGuard implements CanActivate {
  readonly #sessions: Sessions<object>;

  constructor(@Inject(SESSION_OPTIONS) options: SessionModuleOptions) {
    this.#sessions = options.sessions;
  }

  canActivate(context: ExecutionContext): Promise<boolean> {
    return requireUser(this.#sessions, context);
  }
}

/** The guard of one of several managers: `@UseGuards(sessionGuard(adminSessions))`. */
export function sessionGuard<Data extends object>(sessions: Sessions<Data>): Type<CanActivate> {
  @Injectable()
  class NamedSessionGuard implements CanActivate {
    canActivate(context: ExecutionContext): Promise<boolean> {
      return requireUser(sessions, context);
    }
  }
  return NamedSessionGuard;
}

async function requireUser<Data extends object>(
  sessions: Sessions<Data>,
  context: ExecutionContext,
): Promise<boolean> {
  const request = context.switchToHttp().getRequest<object>();
  const session: Session<Data> = await sessions.load(request);
  if (session.userId === undefined) throw new UnauthorizedException();
  return true;
}
