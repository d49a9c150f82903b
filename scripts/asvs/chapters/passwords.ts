import type { Section } from "../requirement.ts";

/** Of V6 what `@coatcheck/password` has a part in. */
export const passwords: Section = {
  title: "V6 Passwords, as far as `@coatcheck/password` goes",
  requirements: [
    {
      id: "6.2.1",
      level: 1,
      demand: "Passwords have 8 characters at least; 15 are better.",
      status: "met",
      ours: "15",
      how: "`length.min`, 8 at least",
    },
    {
      id: "6.2.4",
      level: 1,
      demand: "New passwords are checked against the most common ones.",
      status: "app",
      ours: "no list comes along",
      how: "[app] `check(password)`, which is asked for new passwords only",
    },
    {
      id: "6.2.5",
      level: 1,
      demand: "No rules for which characters a password has.",
      status: "met",
      ours: "none",
      how: "none needed",
    },
    {
      id: "6.2.8",
      level: 1,
      demand: "Passwords are verified as they came, neither cut nor folded.",
      status: "met",
      ours: "nothing but NFC, as NIST has it",
      how: "none needed",
    },
    {
      id: "6.2.9",
      level: 2,
      demand: "64 characters are permitted.",
      status: "met",
      ours: "256",
      how: "`length.max`, 64 at least",
    },
    {
      id: "6.3.8",
      level: 3,
      demand: "A failed login does not tell whether the user exists, by its time neither.",
      status: "met",
      ours: "the same work for an unknown user",
      how: "[app] the same words and the same status",
    },
  ],
};
