import { PRELUDE } from "./prelude.ts";
import { script } from "./script.ts";

/** KEYS: the session. ARGV: now, id. Answers '1' if a live one was there. */
export const DESTROY = script(`${PRELUDE}
local old = look(KEYS[1])
redis.call('DEL', KEYS[1])
if not old then return '' end
local id = ARGV[2]
if old.user ~= '' then
  redis.call('ZREM', string.sub(KEYS[1], 1, -(#id + 3)) .. 'u:' .. old.user, id)
end
return '1'
`);

/** KEYS: the session. ARGV: now. Answers nothing, or user ('' for nobody) and authenticatedAt of the live one that was there. */
export const DESTROY_ALONE = script(`${PRELUDE}
local old = look(KEYS[1])
redis.call('DEL', KEYS[1])
return old and { old.user, old.auth } or {}
`);

/**
 * KEYS: the session. ARGV: now, user and authenticatedAt that it must still have ('' for any time). Answers '1' if it was destroyed, and
 * '' if it had expired, was somebody else's or has logged in anew.
 */
export const DESTROY_OF_USER = script(`${PRELUDE}
local old = look(KEYS[1])
if not old then
  redis.call('DEL', KEYS[1])
  return ''
end
if old.user ~= ARGV[2] or (ARGV[3] ~= '' and old.auth ~= ARGV[3]) then return '' end
redis.call('DEL', KEYS[1])
return '1'
`);

/** KEYS: the index. ARGV: now, user, id to spare. Answers the ids of those destroyed. */
export const DESTROY_BY_USER = script(`${PRELUDE}
local user, except = ARGV[2], ARGV[3]
local sessions = string.sub(KEYS[1], 1, -(#user + 3)) .. 's:'
local destroyed = {}
for _, id in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  if id ~= except then
    local found = look(sessions .. id)
    if found and found.user == user then
      redis.call('DEL', sessions .. id)
      table.insert(destroyed, id)
    end
    redis.call('ZREM', KEYS[1], id)
  end
end
return destroyed
`);
