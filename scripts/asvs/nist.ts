import { type Defaults, PRESETS, spoken } from "./defaults.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** NIST SP 800-63B-4 (final): the longest silence and the longest life, in milliseconds, and how strictly. */
const LIMITS = {
  aal1: { section: "2.1.3", idle: Infinity, absolute: 30 * DAY, how: "optional; should" },
  aal2: { section: "2.2.3", idle: HOUR, absolute: DAY, how: "should; should" },
  aal3: { section: "2.3.3", idle: HOUR / 4, absolute: 12 * HOUR, how: "should; shall" },
} as const;

/** Presets that allow more than the standard does. */
export function looserThanNist({ presets }: Defaults): string[] {
  return PRESETS.filter((preset) => {
    const { idle, absolute } = presets[preset];
    return idle > LIMITS[preset].idle || absolute > LIMITS[preset].absolute;
  }).map((preset) => `timeouts "${preset}" allow more than NIST SP 800-63B-4 does`);
}

export function nistSection({ lifetime, presets, rememberCookie }: Defaults): string {
  const limit = (ms: number): string => (ms === Infinity ? "none" : spoken(ms));
  const rows = PRESETS.map((preset) => {
    const { section, idle, absolute, how } = LIMITS[preset];
    const ours = presets[preset];
    return `| \`"${preset}"\` | ${spoken(ours.idle)} | ${spoken(ours.absolute)} | §${section}: ${limit(idle)}, ${limit(absolute)} (${how}) |`;
  });
  const remembered = spoken(Number(/Max-Age=(\d+)/.exec(rememberCookie)?.[1]) * 1000);
  return `## Timeouts and NIST SP 800-63B-4

| \`timeouts\` | idle | absolute | NIST: idle, absolute |
| --- | --- | --- | --- |
| (default) | ${spoken(lifetime.idle)} | ${spoken(lifetime.absolute)} | |
${rows.join("\n")}

A preset may be taken as it is; what else you choose has to be justified in your own documentation (7.1.1). Authentication restarts both times, activity the idle one, as §5.2 has it.

Where we differ from NIST SP 800-63B-4:

- **The default is no preset.** It is shorter than AAL2 asks for, and its idle time is longer than AAL3's. Whoever needs a level says so.
- **Remembered logins** (§5.1 wants session secrets not to outlive the browser, and no such token in place of authentication). Off by default. With \`rememberMe()\` a token of its own does outlive it, for ${remembered} from the login on, which is AAL1's limit; the session that it opens is not an authenticated one: \`session.resumed\` is true, \`authenticatedAt\`
  is that of the login, \`authenticatedWithin\` is false, so that \`requireFreshLogin\` asks for the password, and \`amr\` is empty. \`requireUser\` lets it in: at AAL2 and AAL3 do not use it, or take \`resumed\` for nobody.
- **A session identifier in the content of a POST** (§5.1, shall). By default we check the origin instead, which a forged request cannot pass and which no form can forget. For conformance to the letter add the token of \`@coatcheck/core/csrf\`: [CSRF tokens](guards.md#csrf-tokens).
- **Resuming after the idle timeout by one factor** (§2.2.3, may). There is no such state: the session is over, and the user logs in.
- **The assurance level** is the application's. \`amr\` and \`acr\` keep what it says of a login; neither rotation nor activity raises it, a step-up does for its time.`;
}
