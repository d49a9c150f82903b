import { PRELUDE } from "./prelude.ts";
import { script } from "./script.ts";

/** KEYS: the session. ARGV: now, lastSeenAt, expiresAt. Writes the times in place, whatever the size of the data. */
const MOVE = `
local old = look(KEYS[1])
if not old then return 'gone' end
local seen = math.max(old.seen, tonumber(ARGV[2]))
local expires = math.max(old.expires, tonumber(ARGV[3]))
redis.call('SETRANGE', KEYS[1], 2, string.format('%016.0f%016.0f', seen, expires))
if expires > old.expires then keep(KEYS[1], expires) end
local outlived = old.user ~= '' and horizon(expires) > horizon(old.expires)
`;

/** ARGV[4]: the id. Answers 'ok' or 'gone'. */
export const TOUCH = script(`${PRELUDE}${MOVE}
if outlived then
  local id = ARGV[4]
  enlist(string.sub(KEYS[1], 1, -(#id + 3)) .. 'u:' .. old.user, id, old.auth == '' and '0' or old.auth, expires)
end
return 'ok'
`);

/** Answers 'gone', or user, authenticatedAt and version where the index has to be told, or nothing. */
export const TOUCH_ALONE = script(`${PRELUDE}${MOVE}
if outlived or old.unlisted == '1' then return { old.user, old.auth, old.version } end
return {}
`);
