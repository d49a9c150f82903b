import { library } from "../../scripts/tsup-library.ts";

export default library("cli", "index", "migrating", "node", "sealed", "token-storage");
