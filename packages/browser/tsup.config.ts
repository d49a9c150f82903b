import { browserLibrary } from "../../scripts/tsup-library.ts";

export default browserLibrary("encrypted", "index", "session");
