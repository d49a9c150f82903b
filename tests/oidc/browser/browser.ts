import { Jar } from "./jar.ts";
import { formIn, type Page, refreshIn } from "./page.ts";
import type { Web } from "./web.ts";

type Fields = Readonly<Record<string, string>>;

interface Step {
  readonly url: URL;
  readonly method: "GET" | "POST";
  readonly body?: string | undefined;
}

const MOST_STEPS = 20;

/** A person's browser: cookies with their SameSite, fetch metadata, redirects, forms that a page sends by itself. Every page is a top-level one. */
export class Browser {
  readonly web: Web;
  readonly jar = new Jar();
  /** Where it has been since it was last asked for a page, redirects included. */
  trail: string[] = [];
  /** Who signs in where a provider asks; nobody: the person leaves. */
  person: string;
  /** Stops before a request to an address that begins so, as if the person had closed the window just then. */
  stopBefore: string | undefined;
  #page: Page | undefined;

  constructor(web: Web, person = "ann") {
    this.web = web;
    this.person = person;
  }

  /** The page that it shows. */
  get page(): Page {
    if (!this.#page) throw new Error("shows no page");
    return this.#page;
  }

  /** By the address bar, or by a link in a mail. */
  async type(url: string): Promise<Page> {
    this.#page = undefined;
    return this.#go({ url: new URL(url), method: "GET" });
  }

  /** By a link on the page that it shows. */
  async click(url: string): Promise<Page> {
    return this.#go({ url: this.#resolve(url), method: "GET" });
  }

  /** By a form on the page that it shows. */
  async submit(url: string, fields: Fields = {}): Promise<Page> {
    const body = new URLSearchParams(fields).toString();
    return this.#go({ url: this.#resolve(url), method: "POST", body });
  }

  /** A script's request from the page that it shows; answers as they come. */
  async script(url: string, method = "GET", headers: Fields = {}): Promise<Page> {
    const to = this.#resolve(url);
    const origin = this.#page?.url.origin;
    const cookie = this.jar.header({ url: to, method, crossSite: false });
    const answer = await this.web.send(to, {
      method,
      headers: {
        accept: "application/json",
        "sec-fetch-site": to.origin === origin ? "same-origin" : "cross-site",
        "sec-fetch-mode": "cors",
        "sec-fetch-dest": "empty",
        ...(method !== "GET" && origin && { origin }),
        ...(cookie && { cookie }),
        ...headers,
      },
    });
    this.jar.receive(to, answer.headers["set-cookie"] ?? []);
    return answer;
  }

  /** Another browser with the same cookies: a tab, or a thief. */
  copy(): Browser {
    const copy = new Browser(this.web, this.person);
    copy.jar.copy(this.jar);
    copy.#page = this.#page;
    return copy;
  }

  #resolve(url: string): URL {
    return new URL(url, this.#page?.url);
  }

  async #go(first: Step): Promise<Page> {
    this.trail = [];
    let step: Step | undefined = first;
    let page: Page | undefined;
    // Whose page asked: a redirect does not change it, a page that goes on by itself does.
    let from = this.#page?.url;
    let crossed = false;
    while (step) {
      const { url }: Step = step;
      this.trail.push(`${step.method} ${url.href}`);
      if (this.trail.length > MOST_STEPS) throw new Error(`in circles: ${this.trail.join("\n")}`);
      if (this.stopBefore && url.href.startsWith(this.stopBefore)) break;
      crossed ||= from !== undefined && siteOf(from) !== siteOf(url);
      page = await this.#ask(step, from, crossed);
      const { location } = page.headers;
      if (location !== undefined && page.status >= 300 && page.status < 400) {
        const kept = page.status === 307 || page.status === 308;
        step = { ...(kept ? step : { method: "GET" }), url: new URL(location, url) };
        continue;
      }
      step = this.#next(page);
      from = url;
      crossed = false;
    }
    if (!page) throw new Error("went nowhere");
    this.#page = page;
    return page;
  }

  async #ask({ url, method, body }: Step, from: URL | undefined, crossed: boolean): Promise<Page> {
    // As browsers do today, only who asked counts for SameSite; Sec-Fetch-Site looks at all redirects.
    const crossSite = from !== undefined && siteOf(from) !== siteOf(url);
    const cookie = this.jar.header({ url, method, crossSite });
    const answer = await this.web.send(url, {
      method,
      body,
      headers: {
        accept: "text/html,application/xhtml+xml,*/*;q=0.8",
        "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
        "sec-fetch-site": !from ? "none" : crossed ? "cross-site" : relation(from, url),
        "sec-fetch-mode": "navigate",
        "sec-fetch-dest": "document",
        ...(from && { referer: `${from.origin}/` }),
        ...(method === "POST" && {
          origin: from?.origin ?? "null",
          "content-type": "application/x-www-form-urlencoded",
        }),
        ...(cookie && { cookie }),
      },
    });
    this.jar.receive(url, answer.headers["set-cookie"] ?? []);
    return answer;
  }

  /** What the page, or the person before it, does next. */
  #next(page: Page): Step | undefined {
    const refresh = refreshIn(page);
    if (refresh !== undefined) return { url: new URL(refresh, page.url), method: "GET" };
    const form = formIn(page);
    if (!form) return undefined;
    const url = new URL(form.action, page.url);
    const post = (fields: Fields): Step => ({
      url,
      method: "POST",
      body: new URLSearchParams(fields).toString(),
    });
    if (form.automatic) return post(form.fields);
    if (form.id === "login") return post({ account: this.person });
    if (form.id === "op.logoutForm") return post({ ...form.fields, logout: "yes" });
    return undefined;
  }
}

/** Scheme and registrable domain; every host of the tests is one, but for its first label where it has three. */
function siteOf({ protocol, hostname }: URL): string {
  return `${protocol}//${hostname.split(".").slice(-2).join(".")}`;
}

function relation(from: URL, to: URL): string {
  return from.origin === to.origin ? "same-origin" : "same-site";
}
