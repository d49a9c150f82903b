import { library } from "../../scripts/tsup-library.ts";

export default library("index", "resource", "fastify", "koa", "express", "nest");
