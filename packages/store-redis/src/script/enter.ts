import { PRELUDE } from "./prelude.ts";
import { script } from "./script.ts";

/**
 * KEYS: the index. ARGV: now, id, authenticatedAt, expiresAt, perUser (0 for no limit). Enters a session that is written already.
 * Answers how many entries there are; then, where they are too many, the ids of all others. The oldest of these are leaving now: not
 * listed any more, for a look whether they are really one too many.
 */
export const ENTER = script(`${PRELUDE}
local id, perUser = ARGV[2], tonumber(ARGV[5])
enlist(KEYS[1], id, ARGV[3], tonumber(ARGV[4]))
local answer = { redis.call('ZCARD', KEYS[1]) }
local surplus = redis.call('ZCOUNT', KEYS[1], 0, '+inf') - perUser
if perUser == 0 or surplus <= 0 then return answer end
for _, other in ipairs(redis.call('ZRANGE', KEYS[1], 0, '+inf', 'BYSCORE')) do
  if other ~= id then
    table.insert(answer, other)
    if surplus > 0 then
      redis.call('ZADD', KEYS[1], opposite(redis.call('ZSCORE', KEYS[1], other)), other)
      surplus = surplus - 1
    end
  end
end
return answer
`);

/**
 * KEYS: the index. ARGV: now, id, authenticatedAt, expiresAt, perUser. Takes a place for a session that is about to be written.
 * Answers 'full' and the ids of the others; or 'ok' and the score that the id had before ('' for none).
 */
export const RESERVE = script(`${PRELUDE}
local id, perUser = ARGV[2], tonumber(ARGV[5])
local before = redis.call('ZSCORE', KEYS[1], id)
local others = {}
for _, other in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  if other ~= id then table.insert(others, other) end
end
if #others >= perUser then return { 'full', unpack(others) } end
enlist(KEYS[1], id, ARGV[3], tonumber(ARGV[4]))
return { 'ok', before or '' }
`);

/** KEYS: the index. ARGV: now, id, authenticatedAt, score of before. Gives a place back, unless another login has taken it anew. */
export const RELEASE = script(`
if redis.call('ZSCORE', KEYS[1], ARGV[2]) ~= ARGV[3] then return 0 end
if ARGV[4] == '' then return redis.call('ZREM', KEYS[1], ARGV[2]) end
return redis.call('ZADD', KEYS[1], ARGV[4], ARGV[2])
`);
