import { library } from "../../scripts/tsup-library.ts";

export default library(
  "cli",
  "cookies",
  "event-names",
  "explain",
  "index",
  "migrating",
  "node",
  "sealed",
  "token-storage",
  "transports",
);
