import { PRELUDE } from "./prelude.ts";
import { script } from "./script.ts";

/**
 * KEYS: the index. ARGV: now, user. Where all keys are on one node: answers ids and values of those that are the user's, newest first,
 * and takes out of the index what leads nowhere.
 */
export const LIST = script(`${PRELUDE}
local user = ARGV[2]
local sessions = string.sub(KEYS[1], 1, -(#user + 3)) .. 's:'
local answer = {}
for _, id in ipairs(redis.call('ZREVRANGE', KEYS[1], 0, -1)) do
  local found = look(sessions .. id)
  if found and found.user == user then
    table.insert(answer, id)
    table.insert(answer, redis.call('GET', sessions .. id))
  elseif found or redis.call('EXISTS', sessions .. id) == 0 then
    redis.call('ZREM', KEYS[1], id)
  end
end
return answer
`);
