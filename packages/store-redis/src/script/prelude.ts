import { HEAD_BYTES } from "../record/value.ts";

/** Memory is freed this much after a record has expired, so that a client whose clock is a little behind the server's loses nothing. */
export const KEPT_MS = 60_000;

/** Milliseconds: an index lives by whole days. */
export const DAY = 86_400_000;

/**
 * What the scripts share. `ARGV[1]` is the time of the caller's clock. They answer texts only, since clients can be told to turn numbers
 * into something else.
 *
 * - `look(key)`: the head of a live record, or nil. The layout is that of `encode`.
 * - `keep(key, expires)`: when the server may free it.
 * - `enlist(index, id, score, expires)`: enters a session under its user. The index lives a day or two longer than its longest session,
 *   by whole days, so that moving a session's end does not move the index's each time.
 */
export const PRELUDE = `
local now = tonumber(ARGV[1])

local function look(key)
  local text = redis.call('GETRANGE', key, 0, ${HEAD_BYTES})
  if text == '' then return nil end
  local expires = tonumber(string.sub(text, 19, 34))
  if expires <= now then return nil end
  local version, auth = string.match(text, '^(%d+) %d+ (%d*) ', 35)
  local line = string.find(text, '\\n', 35, true)
  local user = string.sub(text, line + 1, string.find(text, '\\0', line, true) - 1)
  local seen = tonumber(string.sub(text, 3, 18))
  return { unlisted = string.sub(text, 2, 2), version = version, auth = auth, user = user, expires = expires, seen = seen }
end

local function whole(number)
  return string.format('%.0f', number)
end

local function keep(key, expires)
  redis.call('PEXPIREAT', key, whole(expires + ${KEPT_MS}))
end

local function horizon(time)
  return math.floor(time / ${DAY} + 2) * ${DAY}
end

local function enlist(index, id, score, expires)
  redis.call('ZADD', index, score, id)
  local till = horizon(expires)
  if redis.call('PEXPIRETIME', index) < till then redis.call('PEXPIREAT', index, whole(till)) end
end
`;
