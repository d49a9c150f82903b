import { fail } from "@coatcheck/core/token-storage";

/** What is decided here, and by which option: another value would take the login's protection away, or be verified by nobody. */
const OURS: Readonly<Record<string, string>> = {
  scope: "scope",
  response_mode: "responseMode",
  max_age: "maxAuthAge",
  acr_values: "requireAcr",
  client_id: "clientId",
  client_secret: "clientSecret",
  client_assertion: "clientAuth",
  client_assertion_type: "clientAuth",
  redirect_uri: "baseUrl and path",
};

/** Of the protocol. A request object or URI would stand in place of all that is sent. */
const PROTOCOL = [
  ...["response_type", "state", "nonce", "code_challenge", "code_challenge_method", "dpop_jkt"],
  ...["request", "request_uri", "registration", "id_token_hint", "login_hint"],
  ...["grant_type", "code", "code_verifier", "refresh_token"],
];

/** Checked and copied: who changes the object afterwards changes nothing. */
export function parametersIn(given: unknown): Readonly<Record<string, string>> {
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    fail("parameters", 'must be an object of texts, as { audience: "https://api.example.com" }');
  }
  const entries = Object.entries(given as Record<string, unknown>);
  for (const [name, value] of entries) {
    if (!/^[a-z][\w.:-]*$/i.test(name)) fail("parameters", "must have names of parameters");
    const option = Object.hasOwn(OURS, name) ? OURS[name] : undefined;
    if (option) fail("parameters", `must not have ${name}: the option ${option} says it`);
    if (PROTOCOL.includes(name))
      fail("parameters", `must not have ${name}: each login has its own`);
    if (typeof value !== "string" || value === "")
      fail("parameters", `must have a text as ${name}`);
    // Nobody would ever be asked for anything, and who is not signed in there could not sign in.
    if (name === "prompt" && value.split(" ").includes("none")) {
      fail("parameters", "must not have prompt=none: the option silent is for that");
    }
  }
  return Object.fromEntries(entries) as Record<string, string>;
}

/** What of it belongs to the token endpoint as well (RFC 8707 section 2.2). */
export function resourceOf({ resource }: Readonly<Record<string, string>>): Record<string, string> {
  return resource === undefined ? {} : { resource };
}
