import type { Section } from "../requirement.ts";

export const cookies: Section = {
  title: "V3.3 Cookies",
  requirements: [
    {
      id: "3.3.1",
      level: 1,
      demand: "Cookies are Secure, and their names begin with `__Host-`, else with `__Secure-`.",
      status: "met",
      ours: "`{cookie}`; a Secure cookie is never written to a plain connection",
      how: "`cookie`. A name without a prefix, and `secure: false` for development, have to be spelled out; then it is not met",
    },
    {
      id: "3.3.2",
      level: 2,
      demand: "SameSite is chosen by the cookie's purpose.",
      status: "met",
      ours: "`SameSite=Lax`, always said",
      how: '`cookie.sameSite`; `"none"` without Secure does not construct',
    },
    {
      id: "3.3.3",
      level: 2,
      demand: "`__Host-` names, unless the cookie is meant for other hosts too.",
      status: "met",
      ours: "`__Host-`, for the remember-me cookie too",
      how: "`cookie.domain` does not construct with a `__Host-` name: sharing has to be spelled out as `__Secure-`",
    },
    {
      id: "3.3.4",
      level: 2,
      demand: "What scripts must not read is HttpOnly, and reaches the client by Set-Cookie only.",
      status: "met",
      ours: "HttpOnly; no body, log, event, error, or list of sessions holds a token",
      how: "`cookie.httpOnly`. [Other transports](transports.md), and `sessions.issue()`, are for clients that are no browsers",
    },
    {
      id: "3.3.5",
      level: 3,
      demand: "Name and value of a cookie are 4096 bytes at most.",
      status: "met",
      ours: "4096 pass, 4097 are an error with the numbers, before anything is sent",
      how: "`chunks` for sessions in their tokens",
    },
  ],
};

export const origins: Section = {
  title: "V3.5 Requests from other origins",
  requirements: [
    {
      id: "3.5.1",
      level: 1,
      demand: "Requests that need no preflight are checked to come from the application itself.",
      status: "met",
      ours: "unsafe methods and WebSocket upgrades, by `Sec-Fetch-Site` and `Origin`, with a session or to start one",
      how: "`crossOrigin.trusted`; [CSRF tokens](guards.md#csrf-tokens) of `@coatcheck/core/csrf` beside it",
    },
    {
      id: "3.5.2",
      level: 1,
      demand: "Who relies on the preflight must make sure that there is one.",
      status: "met",
      ours: "nothing relies on it: no content type gets a request past the check",
      how: "none needed",
    },
    {
      id: "3.5.3",
      level: 1,
      demand:
        "Sensitive functions are not reached by safe methods, or check `Sec-Fetch-*` strictly.",
      status: "app",
      ours: "GET, HEAD and OPTIONS are taken to be safe. The one thing of ours that acts on GET, a hand-off code, is for top-level navigations, once, and replaces no user",
      how: "[app] act on POST, PUT, PATCH or DELETE only",
    },
  ],
};

export const storage: Section = {
  title: "V14.3 Data in the client",
  requirements: [
    {
      id: "14.3.1",
      level: 1,
      demand:
        "What was shown or kept for somebody who was logged in is gone from the client after the logout.",
      status: "app",
      ours: "the session's cookies are removed",
      how: "[app] `Cache-Control: no-store` on the pages, `Clear-Site-Data` at the logout, as [the demo does](sessions.md#login-and-logout)",
    },
  ],
};
