import type { Answer } from "../http/answer.ts";
import type { AuthRequest } from "../http/request.ts";

/** A request that brings a form, as a framework would hand it over; or none. */
export function formRequest(
  fields: Record<string, string> | [string, string][] | undefined,
  method = "POST",
): AuthRequest {
  return {
    method,
    url: "/auth/backchannel-logout",
    request: { headers: {} },
    form: async () => (fields === undefined ? undefined : new URLSearchParams(fields)),
  };
}

export function headersOf(answer: Answer, name: string): readonly string[] {
  return answer.headers.filter(([key]) => key === name).map(([, value]) => value);
}
