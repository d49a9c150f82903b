import { HEAD_BYTES } from "../record/value.ts";

/**
 * What the scripts share. `ARGV[1]` is the time of the caller's clock.
 *
 * - `look(key)`: the head of a live record, or nil. The layout is that of `encode`.
 * - `enlist(index, id, auth, expires)`: enters a session under its user. The index lives a day or two longer than its longest session,
 *   by whole days, so that moving a session's end does not move the index's each time.
 * - `opposite(score)`: the score of an entry that is leaving from that of one that stays, and back.
 */
export const PRELUDE = `
local now = tonumber(ARGV[1])

local function look(key)
  local text = redis.call('GETRANGE', key, 0, ${HEAD_BYTES})
  if text == '' then return nil end
  local expires = tonumber(string.sub(text, 18, 33))
  if expires <= now then return nil end
  local version, auth = string.match(text, '^(%d+) %d+ (%d*) ', 34)
  local line = string.find(text, '\\n', 34, true)
  local user = string.sub(text, line + 1, string.find(text, '\\0', line, true) - 1)
  return { version = version, auth = auth, user = user, expires = expires, seen = tonumber(string.sub(text, 2, 17)) }
end

local function horizon(time)
  return math.floor(time / 86400000 + 2) * 86400000
end

local function enlist(index, id, auth, expires)
  redis.call('ZADD', index, auth == '' and '0' or auth, id)
  local till = horizon(expires)
  if redis.call('PEXPIRETIME', index) < till then
    redis.call('PEXPIREAT', index, string.format('%.0f', till))
  end
end

local function opposite(score)
  return string.format('%.0f', -1 - tonumber(score))
end
`;
