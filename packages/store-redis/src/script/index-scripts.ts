import { PRELUDE } from "./prelude.ts";
import { script } from "./script.ts";

/*
 * A user's index on a node of its own: a sorted set of session ids. An entry's score says what it is:
 *
 * - whole: a session that has been written, by the time of its login;
 * - with a half: a place that was taken for one, by the server's time at that moment;
 * - negative (-1 - score): leaving. It was found to be one too many, and is not listed while that is looked into.
 *
 * Scripts that answer entries give id, score, and '1' for a place that was taken a moment ago, so that its session may yet come.
 */
const ENTRIES = `
local clock = redis.call('TIME')
local server = clock[1] * 1000 + math.floor(clock[2] / 1000)

local function describe(answer, id, score)
  table.insert(answer, id)
  table.insert(answer, string.format('%.17g', score))
  table.insert(answer, score % 1 > 0 and score > server - 30000 and '1' or '')
end

local function all()
  return redis.call('ZRANGE', KEYS[1], 0, -1, 'WITHSCORES')
end

local function count(from, to)
  return redis.call('ZCOUNT', KEYS[1], from, to)
end
`;

/** KEYS: the index. ARGV: now, '1' for those that are leaving too. Answers entries. */
export const ENTRIES_OF_USER = script(`${ENTRIES}
local found, answer = all(), {}
for i = 1, #found, 2 do
  local score = tonumber(found[i + 1])
  if score >= 0 or ARGV[2] == '1' then describe(answer, found[i], score) end
end
return answer
`);

/**
 * KEYS: the index. ARGV: now, id, authenticatedAt, expiresAt, perUser (0 for no limit). Enters a session that is written already.
 * Answers how many entries there are; then, where they are too many, or some were left leaving, the others, of which the oldest are
 * leaving now.
 */
export const ENTER = script(`${PRELUDE}${ENTRIES}
local id, auth, perUser = ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[5])
local before = tonumber(redis.call('ZSCORE', KEYS[1], id) or '-inf')
local login = before < 0 and -1 - before or before
-- A visit, maybe one that began before the login that is entered: it neither brings back what is leaving nor makes a login older.
local visit = perUser == 0 and login % 1 == 0 and login >= auth
if not (visit and before < 0) then enlist(KEYS[1], id, visit and login or auth, tonumber(ARGV[4])) end
local answer = { whole(redis.call('ZCARD', KEYS[1])) }
local surplus = count(0, '+inf') - perUser
if perUser == 0 or (surplus <= 0 and count('-inf', '(0') == 0) then return answer end
local found = all()
for i = 1, #found, 2 do
  local other, score = found[i], tonumber(found[i + 1])
  if other ~= id then
    if surplus > 0 and score >= 0 then
      score = -1 - score
      redis.call('ZADD', KEYS[1], string.format('%.17g', score), other)
      surplus = surplus - 1
    end
    describe(answer, other, score)
  end
end
return answer
`);

/**
 * KEYS: the index. ARGV: now, id, expiresAt, perUser. Takes a place for a session that is about to be written. Answers its score, which
 * no other place of that id has had; '' if the session has an entry already; or the others, who are too many.
 */
export const RESERVE = script(`${PRELUDE}${ENTRIES}
local id = ARGV[2]
local before = tonumber(redis.call('ZSCORE', KEYS[1], id) or '-1')
local others = count(0, '+inf') - (before >= 0 and 1 or 0)
if others < tonumber(ARGV[4]) then
  if before >= 0 and before % 1 == 0 then return '' end
  local score = string.format('%.1f', math.max(server, math.floor(before) + 1) + 0.5)
  enlist(KEYS[1], id, score, tonumber(ARGV[3]))
  return score
end
local found, answer = all(), {}
for i = 1, #found, 2 do
  local score = tonumber(found[i + 1])
  if found[i] ~= id and score >= 0 then describe(answer, found[i], score) end
end
return answer
`);

/** Of ARGV from a position on: ids and scores. Removes entries that still have that score: one that has another logged in anew. */
const REMOVE = `
local function remove(first)
  for i = first, #ARGV, 2 do
    local score = redis.call('ZSCORE', KEYS[1], ARGV[i])
    if score and (ARGV[i + 1] == '' or tonumber(score) == tonumber(ARGV[i + 1])) then redis.call('ZREM', KEYS[1], ARGV[i]) end
  end
end
`;

/** KEYS: the index. ARGV: now, ids and scores. */
export const PRUNE = script(`${REMOVE}
remove(2)
return ''
`);

/**
 * KEYS: the index. ARGV: now, perUser, ids and scores to remove. Then there may be room again for some of those that were leaving, the
 * newest first; answers the ids of those for which there is none, each with its score.
 */
export const SETTLE = script(`${REMOVE}
remove(3)
local room = tonumber(ARGV[2]) - redis.call('ZCOUNT', KEYS[1], 0, '+inf')
local surplus = {}
local leaving = redis.call('ZRANGE', KEYS[1], '-inf', '(0', 'BYSCORE', 'WITHSCORES')
for i = 1, #leaving, 2 do
  if room > 0 then
    redis.call('ZADD', KEYS[1], string.format('%.17g', -1 - tonumber(leaving[i + 1])), leaving[i])
    room = room - 1
  else
    table.insert(surplus, leaving[i])
    table.insert(surplus, leaving[i + 1])
  end
end
return surplus
`);
