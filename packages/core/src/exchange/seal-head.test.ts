import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import { expect, test } from "vitest";
import { sealHead } from "./seal-head.ts";

function response(): ServerResponse {
  return new ServerResponse(new IncomingMessage(new Socket()));
}

test("a held head counts as sent, then as it is", () => {
  const held = response();
  const seen = [held.headersSent];
  const release = sealHead(held);
  seen.push(held.headersSent);
  release();
  seen.push(held.headersSent);
  held.end();
  seen.push(held.headersSent);
  expect(seen).toEqual([false, true, false, true]);
});

test("whatever is made of the response says the same", () => {
  const held = response();
  const views = [Object.create(Object.create(held)), new Proxy(held, {})] as ServerResponse[];
  const release = sealHead(held);
  expect(views.map((it) => it.headersSent)).toEqual([true, true]);
  release();
  expect(views.map((it) => it.headersSent)).toEqual([false, false]);
  held.end();
  expect(views.map((it) => it.headersSent)).toEqual([true, true]);
});

test("a response that was made for a test keeps the property that it had", () => {
  const made = { headersSent: false, statusCode: 200, req: { httpVersionMajor: 2 } };
  const release = sealHead(made as unknown as ServerResponse);
  expect(made.headersSent).toBe(true);
  release();
  expect(made.headersSent).toBe(false);
  made.headersSent = true;
  expect(made.headersSent).toBe(true);
});

test("a status set while the head is held has no effect", () => {
  const held = response();
  const release = sealHead(held);
  held.statusCode = 500;
  held.statusMessage = "No";
  release();
  expect(held.statusCode).toBe(200);
});
