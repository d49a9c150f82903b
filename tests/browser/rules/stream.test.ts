import { once } from "node:events";
import { expect, test } from "vitest";
import { describeDemo } from "./describe-demo.ts";
