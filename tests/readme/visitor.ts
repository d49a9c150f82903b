import { WebSocket } from "ws";
import type { Step } from "./steps.ts";

/** For one answer, in milliseconds. */
const PATIENCE = 5_000;

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** A client that keeps its cookies, as a browser does. */
export class Visitor {
  readonly #port: number;
  readonly #cookies = new Map<string, string>();

  constructor(port: number) {
    this.#port = port;
  }

  /** Takes the step. Throws if something else comes back. */
  async take(step: Step): Promise<void> {
    const answer = await (step.method === "WS" ? this.#upgrade(step) : this.#request(step));
    const told = `${step.method} ${step.path} answered ${answer.status}: ${answer.text}`;
    if (answer.status !== step.status) throw new Error(`${told} (${step.status} expected)`);
    if (step.text !== undefined && !answer.text.includes(step.text)) {
      throw new Error(`${told} ("${step.text}" expected)`);
    }
  }

  async #request({ method, path, form, origin }: Step): Promise<Answer> {
    const response = await fetch(`http://localhost:${this.#port}${path}`, {
      method,
      headers: this.#headers(origin),
      body: form === undefined ? null : new URLSearchParams(form),
      redirect: "manual",
      signal: AbortSignal.timeout(PATIENCE),
    });
    for (const line of response.headers.getSetCookie()) this.#keep(line);
    return { status: response.status, text: await response.text() };
  }

  #upgrade({ path, origin, text }: Step): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const headers = this.#headers(origin);
      const socket = new WebSocket(`ws://localhost:${this.#port}${path}`, {
        headers,
        handshakeTimeout: PATIENCE,
      });
      const end = (answer: Answer): void => {
        socket.terminate();
        resolve(answer);
      };
      const timer = setTimeout(() => reject(new Error(`no message from ${path}`)), PATIENCE);
      socket.on("close", () => clearTimeout(timer));
      socket.on("error", reject);
      socket.on("unexpected-response", (_, response) => {
        resolve({ status: response.statusCode ?? 0, text: "" });
        response.destroy();
      });
      socket.on("message", (data) => end({ status: 101, text: String(data) }));
      if (text === undefined) socket.on("open", () => end({ status: 101, text: "" }));
    });
  }

  #headers(origin: string | undefined): Record<string, string> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    return { ...(cookie && { cookie }), ...(origin && { origin }) };
  }

  #keep(line: string): void {
    const [pair = "", ...attributes] = line.split("; ");
    const name = pair.slice(0, pair.indexOf("="));
    if (attributes.includes("Max-Age=0")) this.#cookies.delete(name);
    else this.#cookies.set(name, pair.slice(name.length + 1));
  }
}
