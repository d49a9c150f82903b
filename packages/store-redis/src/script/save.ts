import { PRELUDE } from "./prelude.ts";
import { script } from "./script.ts";

/**
 * KEYS: the session. ARGV: now, id, expected version ('' to create), value, expiresAt, authenticatedAt, userId, perUser (0 for no limit),
 * onLimit.
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
local known = before == user and old and old.auth == auth and horizon(old.expires) >= horizon(expires)
`;

/**
 * Where all keys are on one node. The others' sessions are not among KEYS, because which they are is found here; that is allowed outside
 * of a Cluster. Answers the refusal, or the ids of those evicted.
 *
 * SET comes first: without memory it fails, and then nothing has been written. Each login takes two entries out of its user's index if
 * they lead nowhere: more than it adds, so that those of expired sessions cannot pile up.
 */
export const SAVE = script(`${PRELUDE}${CHECK}
local root = string.sub(KEYS[1], 1, -(#id + 3))
local index = root .. 'u:' .. user
local evicted = {}
if perUser > 0 and user ~= '' then
  local others = {}
  for _, other in ipairs(redis.call('ZRANGE', index, 0, -1)) do
    if other ~= id then
      local found = look(root .. 's:' .. other)
      if found and found.user == user then
        table.insert(others, other)
      else
        redis.call('ZREM', index, other)
      end
    end
  end
  local surplus = #others - perUser + 1
  if surplus > 0 and onLimit == 'reject' then return 'full' end
  for i = 1, surplus do evicted[i] = others[i] end
end
redis.call('SET', KEYS[1], value, 'PXAT', ARGV[5])
for _, other in ipairs(evicted) do
  redis.call('DEL', root .. 's:' .. other)
  redis.call('ZREM', index, other)
end
if before ~= '' and before ~= user then redis.call('ZREM', root .. 'u:' .. before, id) end
if user ~= '' and not known then
  enlist(index, id, auth, expires)
  for _, other in ipairs(redis.call('ZRANDMEMBER', index, 2)) do
    local found = look(root .. 's:' .. other)
    if not found or found.user ~= user then redis.call('ZREM', index, other) end
  end
end
return evicted
`);

/**
 * Where the index is on another node. Answers the refusal; or the user who has lost the session ('' for nobody) and whether it has to be
 * entered under its own.
 */
export const SAVE_ALONE = script(`${PRELUDE}${CHECK}
redis.call('SET', KEYS[1], value, 'PXAT', ARGV[5])
return { before ~= user and before or '', (user ~= '' and not known) and 1 or 0 }
`);
