import { DAY, KEPT_MS, PRELUDE } from "./prelude.ts";
import { script } from "./script.ts";

/**
 * Most writes change no more than the data: then the record that is there has a head that the caller can tell but for its times, and
 * its user's index says of it what it is to say. It comes before everything else, since a function takes time to be defined.
 */
const quick = (answer: string) => `
local middle = ARGV[10]
if middle ~= '' then
  local head = redis.call('GETRANGE', KEYS[1], 0, 33 + #middle)
  if string.sub(head, 35) == middle and string.sub(head, 1, 2) == '10' then
    local before, expires = tonumber(string.sub(head, 19, 34)), tonumber(ARGV[5])
    if before > tonumber(ARGV[1]) and math.floor(before / ${DAY}) >= math.floor(expires / ${DAY}) then
      redis.call('SET', KEYS[1], ARGV[4], 'PXAT', string.format('%.0f', expires + ${KEPT_MS}))
      return ${answer}
    end
  end
end
`;

/**
 * KEYS: the session. ARGV: now, id, expected version ('' to create), value, expiresAt, authenticatedAt, userId, perUser (0 for no limit),
 * onLimit, what has to be there between times and state to be quick ('' not to be).
 */
const CHECK = `
local id, expected, value, expires = ARGV[2], ARGV[3], ARGV[4], tonumber(ARGV[5])
local auth, user, perUser, onLimit = ARGV[6], ARGV[7], tonumber(ARGV[8]), ARGV[9]
local old = look(KEYS[1])
if expected == '' then
  if old then return 'exists' end
elseif not old then
  return 'gone'
elseif old.version ~= expected then
  return 'stale'
end
local before = old and old.user or ''
local listed = old and before == user and old.auth == auth and old.unlisted == '0' and horizon(old.expires) >= horizon(expires)

local function write()
  redis.call('SET', KEYS[1], value, 'PXAT', whole(expires + ${KEPT_MS}))
end
`;

/**
 * Where all keys are on one node. The others' sessions are not among KEYS, because which they are is found here; that is allowed outside
 * of a Cluster. Answers the refusal, or the ids of those evicted.
 *
 * SET comes before anything is destroyed: without memory it fails. Each login takes two entries out of its user's index if they lead
 * nowhere: more than it adds, so that those of expired sessions cannot pile up.
 */
export const SAVE = script(`${quick("{}")}${PRELUDE}${CHECK}
local root = string.sub(KEYS[1], 1, -(#id + 3))
local index = root .. 'u:' .. user

local function owns(other)
  local found = look(root .. 's:' .. other)
  if found and found.user == user then return true end
  if not found then redis.call('DEL', root .. 's:' .. other) end
  redis.call('ZREM', index, other)
  return false
end

local evicted = {}
if perUser > 0 and user ~= '' then
  local others = {}
  for _, other in ipairs(redis.call('ZREVRANGE', index, 0, -1)) do
    if other ~= id and owns(other) then table.insert(others, other) end
    if onLimit == 'reject' and #others >= perUser then return 'full' end
  end
  for i = perUser, #others do table.insert(evicted, others[i]) end
end
write()
for _, other in ipairs(evicted) do
  redis.call('DEL', root .. 's:' .. other)
  redis.call('ZREM', index, other)
end
if before ~= '' and before ~= user then redis.call('ZREM', root .. 'u:' .. before, id) end
if user ~= '' and not listed then
  enlist(index, id, auth == '' and '0' or auth, expires)
  for _, other in ipairs(redis.call('ZRANDMEMBER', index, 2)) do owns(other) end
end
return evicted
`);

/**
 * Where the index is on another node. Answers the refusal; or '1' if the session has to be entered under its user, which the record says
 * of itself until `CONFIRM`; and who has lost it ('' for nobody), with the time of that login.
 */
export const SAVE_ALONE = script(`${quick("{ '', '', '' }")}${PRELUDE}${CHECK}
write()
local unlisted = user ~= '' and not listed
if unlisted then redis.call('SETRANGE', KEYS[1], 1, '1') end
local lost = before ~= '' and before ~= user
return { unlisted and '1' or '', lost and before or '', lost and old.auth or '' }
`);

/** KEYS: the session. ARGV: now, version. That version has been entered under its user. */
export const CONFIRM = script(`${PRELUDE}
local found = look(KEYS[1])
if found and found.version == ARGV[2] then redis.call('SETRANGE', KEYS[1], 1, '0') end
return ''
`);
