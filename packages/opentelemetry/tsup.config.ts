import { library } from "../../scripts/tsup-library.ts";

export default library("index");
