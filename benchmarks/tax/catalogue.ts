import { type Framework, frameworks, type Kind, type Storage, type Subject } from "./subject.ts";

type Row = readonly [name: string, kind: Kind, storage: Storage];

/** In every framework. */
const COMMON: readonly Row[] = [
  ["bare", "bare", "none"],
  ["limit-memory", "limit", "memory"],
  ["limit-redis", "limit", "redis"],
  ["limit-sealed", "limit", "sealed"],
  ["coatcheck-memory", "ours", "memory"],
  ["coatcheck-redis", "ours", "redis"],
  ["coatcheck-redis-untimed", "ours", "redis"],
  ["coatcheck-sealed", "ours", "sealed"],
  ["coatcheck-sqlite", "ours", "sqlite"],
];

const PEERS: Record<Framework, readonly Row[]> = {
  fastify: [
    ["plugin-memory", "plugin", "memory"],
    ["plugin-redis", "plugin", "redis"],
    ["@fastify/session-memory", "peer", "memory"],
    ["@fastify/session-redis", "peer", "redis"],
    ["@fastify/session-redis-rolling", "peer", "redis"],
    ["@mgcrea/fastify-session-memory", "peer", "memory"],
    ["@fastify/secure-session", "peer", "sealed"],
  ],
  koa: [
    ["koa-session-cookie", "peer", "sealed"],
    ["koa-session-redis", "peer", "redis"],
  ],
  express: [
    ["express-session-memory", "peer", "memory"],
    ["express-session-memorystore", "peer", "memory"],
    ["express-session-redis", "peer", "redis"],
    ["cookie-session", "peer", "sealed"],
    ["iron-session", "peer", "sealed"],
  ],
  "nest-fastify": [
    ["@fastify/session-redis", "peer", "redis"],
    ["@fastify/session-memory", "peer", "memory"],
    ["express-session-redis", "peer", "redis"],
  ],
  "nest-express": [
    ["express-session-memory", "peer", "memory"],
    ["express-session-redis", "peer", "redis"],
  ],
};

/** The bare server first. */
export function subjectsOf(framework: Framework): Subject[] {
  return [...COMMON, ...PEERS[framework]].map(([name, kind, storage]) => ({
    framework,
    name,
    kind,
    storage,
  }));
}

export function subjectNamed(id: string): Subject {
  const found = frameworks
    .flatMap(subjectsOf)
    .find(({ framework, name }) => `${framework} ${name}` === id);
  if (!found) throw new TypeError(`there is no server called ${id}`);
  return found;
}
