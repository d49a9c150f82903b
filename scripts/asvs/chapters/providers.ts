import type { Section } from "../requirement.ts";

/** Of V6 and V10 what `@coatcheck/oidc` has a part in: the side of who relies on a provider. */
export const providers: readonly Section[] = [
  {
    title: "V6.8 Authentication at an identity provider, with `@coatcheck/oidc`",
    requirements: [
      {
        id: "6.8.1",
        level: 2,
        demand: "Nobody passes for a user of one provider by way of another.",
        status: "met",
        ours: "a user is issuer and subject together, here and when the provider signs them out",
        how: "`userId(who)` for names of your own: never an e-mail address alone",
      },
      {
        id: "6.8.2",
        level: 2,
        demand: "Signatures on what a provider asserts are always verified.",
        status: "met",
        ours: "of the ID token at every login and renewal, on the direct channel too, by the registered algorithm alone",
        how: "`algorithm`",
      },
      {
        id: "6.8.4",
        level: 2,
        demand:
          "Where the application counts on how and when the user authenticated, it looks; what is not said counts as the weakest.",
        status: "met",
        ours: "`session.authenticatedAt`, `amr` and `acr` are the provider's",
        how: "`maxAuthAge`, `requireAcr`: sent and verified, and a missing claim is refused",
      },
    ],
  },
  {
    title: "V10 OAuth and OpenID Connect, with `@coatcheck/oidc`",
    requirements: [
      {
        id: "10.1.1",
        level: 2,
        demand: "Tokens go only to the parts that need them.",
        status: "met",
        ours: "they stay on the server, sealed; the ID token alone passes through the browser, as a hint at logout",
        how: "`accessToken(session)`",
      },
      {
        id: "10.1.2",
        level: 2,
        demand:
          "Only answers to a flow that this browser began are taken, by secrets that nobody can guess and that are used once.",
        status: "met",
        ours: "state, nonce and PKCE in a sealed cookie for each login, used once over all processes, ten minutes",
        how: "none needed",
      },
      {
        id: "10.2.1",
        level: 2,
        demand: "The code flow is protected from forged requests, by PKCE or state.",
        status: "met",
        ours: "both, PKCE with S256 alone",
        how: "none needed",
      },
      {
        id: "10.2.2",
        level: 2,
        demand: "With several authorization servers none can be mixed up with another.",
        status: "met",
        ours: "the issuer in the answer (RFC 9207) is compared, and what was begun at one provider ends at no other",
        how: "another `path` for each provider",
      },
      {
        id: "10.2.3",
        level: 3,
        demand: "Only scopes that are needed are asked for.",
        status: "met",
        ours: "`openid`",
        how: "`scope`",
      },
      {
        id: "10.5.1",
        level: 2,
        demand: "An ID token cannot be replayed.",
        status: "met",
        ours: "`nonce`, always",
        how: "none needed",
      },
      {
        id: "10.5.3",
        level: 2,
        demand: "Metadata of another issuer than the configured one are refused.",
        status: "met",
        ours: "compared to the letter",
        how: "`issuer`",
      },
      {
        id: "10.5.4",
        level: 2,
        demand: "An ID token is for this client.",
        status: "met",
        ours: "for this client and for no other beside it",
        how: "`clientId`",
      },
    ],
  },
];
