import type { Section } from "../requirement.ts";

/** Chapter V7. */
export const sessions: readonly Section[] = [
  {
    title: "V7.1 Documentation",
    requirements: [
      {
        id: "7.1.1",
        level: 2,
        demand:
          "Idle timeout and longest life are written down, with reasons where they depart from NIST SP 800-63B.",
        status: "doc",
        ours: "[below](#timeouts-and-nist-sp-800-63b-4), written from the code",
        how: '`timeouts`, or a preset: `timeouts: "aal2"`',
      },
      {
        id: "7.1.2",
        level: 2,
        demand:
          "How many sessions an account may have at once, and what happens at the limit, is written down.",
        status: "doc",
        ours: "no limit",
        how: "`limits: { perUser, onLimit }`: the oldest goes, or the login is refused with 409. It [holds](guarantees.md#9-peruser-n-holds) under parallel logins",
      },
      {
        id: "7.1.3",
        level: 2,
        demand:
          "All systems that make sessions by single sign-on are written down, with what coordinates their lifetimes and ends.",
        status: "app",
        ours: "[whose time counts](oidc.md#whose-time-counts), with `@coatcheck/oidc`",
        how: "[app] the table of your own systems",
      },
    ],
  },
  {
    title: "V7.2 Tokens",
    requirements: [
      {
        id: "7.2.1",
        level: 1,
        demand: "Tokens are verified by a trusted service behind the application only.",
        status: "met",
        ours: "every token by the server, on every request; what a page is told of its session decides nothing",
        how: "none needed",
      },
      {
        id: "7.2.2",
        level: 1,
        demand: "Tokens are made for each session; no static keys stand for one.",
        status: "met",
        ours: "a new token for each session and each login; one that a client brings is never adopted",
        how: "none needed; no call takes a token or an id from outside",
      },
      {
        id: "7.2.3",
        level: 1,
        demand: "Reference tokens are unique, from a CSPRNG, with 128 bits of entropy at least.",
        status: "met",
        ours: "`node:crypto`: an id of 128 bits and a secret with 168; the store has a hash of the secret only",
        how: "none needed; `random` is for tests",
      },
      {
        id: "7.2.4",
        level: 1,
        demand:
          "Authentication and re-authentication bring a new token, and the one of before is no good any more.",
        status: "met",
        ours: "at once and without any grace, in whatever order requests arrive",
        how: "`login()`, also of the same user; `elevate()`, `actAs()`, `revokeOthers()`; `keep` names the data that cross",
      },
    ],
  },
  {
    title: "V7.3 Timeouts",
    requirements: [
      {
        id: "7.3.1",
        level: 2,
        demand: "A session ends after a time without activity.",
        status: "met",
        ours: "{idle}, by the server's clock; visits are written down once in {touchEvery}, which can make it that much shorter and never longer",
        how: "`timeouts.idle`, `timeouts.touchEvery`",
      },
      {
        id: "7.3.2",
        level: 2,
        demand: "A session ends at an absolute limit, whatever its activity.",
        status: "met",
        ours: "{absolute} from the last login; nothing else moves it",
        how: "`timeouts.absolute`",
      },
    ],
  },
  {
    title: "V7.4 Ending",
    requirements: [
      {
        id: "7.4.1",
        level: 1,
        demand:
          "After logout or expiry the session cannot be used again, tokens that hold the session included.",
        status: "met",
        ours: "the record goes, and no request under way brings it back; `sealed` and `jwt` do not construct without `revocation`",
        how: '`destroy()`; `revocation: "none"` gives this up, and [says so](sealed.md#what-cannot-hold)',
      },
      {
        id: "7.4.2",
        level: 1,
        demand: "All sessions of an account end when it is disabled or deleted.",
        status: "met",
        ours: "by one call, remember-me tokens included",
        how: "[app] `revokeUser(userId)` where accounts are closed",
      },
      {
        id: "7.4.3",
        level: 2,
        demand: "After a change of an authentication factor the user may end all other sessions.",
        status: "met",
        ours: "by one call, which also gives the session that remains a new token",
        how: "[app] the question to the user; `revokeOthers(session)`, `revokeUser(userId, { except })`",
      },
      {
        id: "7.4.4",
        level: 2,
        demand: "Every page for users shows how to log out.",
        status: "app",
        ours: "a logout works in any state, and removes the cookie with the attributes it was set with",
        how: "[app] the button; `destroy()`",
      },
      {
        id: "7.4.5",
        level: 2,
        demand: "Administrators can end the sessions of one user, or of all.",
        status: "app",
        ours: "of one user by one call. There is none for all users",
        how: "`revokeUser(userId)`, `revoke(id)`. [app] for all: deploy with another `cookie.name`, to which every token of before is worthless, or with another store, prefix or table (with other keys, for sessions in their tokens; with another `remember.store` or `remember.cookie` for remembered logins); or call `revokeUser` for each of your users",
      },
    ],
  },
  {
    title: "V7.5 Abuse",
    requirements: [
      {
        id: "7.5.1",
        level: 2,
        demand: "Full authentication again before sensitive attributes of the account are changed.",
        status: "met",
        ours: "a guard for every framework, WebSocket messages and GraphQL too; neither activity nor a remember-me token makes a login fresh",
        how: '`requireFreshLogin(sessions, "10m")`, `@FreshLogin("10m")`, `authenticatedWithin("10m")`: [guards](guards.md)',
      },
      {
        id: "7.5.2",
        level: 2,
        demand: "Users see their sessions and, having authenticated again, end any of them.",
        status: "met",
        ours: "a list with times and, if asked for, devices; the id in it opens nothing",
        how: "`list(userId, { current })`, `revoke(id, { userId })`, `revokeOthers(session)`, behind `requireFreshLogin`; `device`. [app] the page",
      },
      {
        id: "7.5.3",
        level: 3,
        demand: "A further factor before highly sensitive operations.",
        status: "met",
        ours: "a step-up ends by itself, holds in this session only, and comes by a new token",
        how: '[app] the factor; `elevate("10m", { amr, acr })` once it was shown; `requireElevated(sessions)`, `@Elevated()`, `session.elevatedUntil`: [guards](guards.md)',
      },
    ],
  },
  {
    title: "V7.6 Federation",
    requirements: [
      {
        id: "7.6.1",
        level: 2,
        demand:
          "Sessions here and at the identity provider live and end together as documented, with re-authentication when the provider's is too old.",
        status: "met",
        ours: "with `@coatcheck/oidc` back-channel logout ends the sessions here, and a logout here goes on to the provider",
        how: "`maxAuthAge` at the login, `requireFreshLogin` later on, `timeouts.absolute`, `onGrantEnd`",
      },
      {
        id: "7.6.2",
        level: 2,
        demand: "No session is made without the user's consent or action.",
        status: "met",
        ours: "another site's unsafe request cannot start a session; with `@coatcheck/oidc` another site's page gets a link in place of a login",
        how: "[app] call `login()` only in answer to what the user did; leave `silent` and `thirdPartyInitiated` off",
      },
    ],
  },
];
