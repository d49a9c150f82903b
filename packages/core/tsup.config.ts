import { library } from "../../scripts/tsup-library.ts";

export default library(
  "cli",
  "cookies",
  "csrf",
  "guards",
  "index",
  "migrating",
  "node",
  "sealed",
  "token-storage",
  "transports",
);
