import { PRELUDE } from "./prelude.ts";
import { script } from "./script.ts";

/*
 * KEYS: the index. ARGV: now, a time, number of dead, dead ids, missing ids. Removes the dead, and of the missing those that were there
 * before that time: a younger one may belong to a login under way.
 */
const REMOVE = `
local function remove(last)
  local dead = tonumber(ARGV[3])
  for i = 4, last do
    local score = tonumber(redis.call('ZSCORE', KEYS[1], ARGV[i]))
    if score and (i < 4 + dead or math.abs(score) < tonumber(ARGV[2])) then
      redis.call('ZREM', KEYS[1], ARGV[i])
    end
  end
end
`;

export const PRUNE = script(`${REMOVE}
remove(#ARGV)
return {}
`);

/**
 * As `PRUNE`, with perUser as the last of ARGV. Then there may be room again for some of those that were leaving, the newest first;
 * answers the ids of those for which there is none.
 */
export const SETTLE = script(`${PRELUDE}${REMOVE}
remove(#ARGV - 1)
local room = tonumber(ARGV[#ARGV]) - redis.call('ZCOUNT', KEYS[1], 0, '+inf')
local surplus = {}
for _, id in ipairs(redis.call('ZRANGE', KEYS[1], '-inf', '(0', 'BYSCORE')) do
  if room > 0 then
    redis.call('ZADD', KEYS[1], opposite(redis.call('ZSCORE', KEYS[1], id)), id)
    room = room - 1
  else
    table.insert(surplus, id)
  end
end
return surplus
`);
