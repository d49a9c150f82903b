import { library } from "../../scripts/tsup-library.ts";

export default library(
  "cli",
  "cookies",
  "devices",
  "event-names",
  "explain",
  "csrf",
  "guards",
  "index",
  "migrating",
  "node",
  "remember",
  "sealed",
  "token-storage",
  "transports",
);
