-- Saves an incident that was decided on version ARGV[2].
--
-- KEYS  1 body  2 timeline  3 due  4 open  5 all  6 counts  7 ended  8 loose
--       9 pending  10 open of the team  11 all of the team
--       12, 13 the same of the team that had it before, once known
-- ARGV  1 id  2 version  3 token  4 body  5 due ms or ''  6 '1' while open
--       7 opened ms  8 team  9 state  10 retention ms  11 forget-at ms
--       12 index key or ''  13 former team or ''  14.. timeline lines
--
-- Answers {'ok', version, lines}, {'conflict'}, or {'moved', former team} when
-- the former team's keys are missing.

local held = redis.call('HMGET', KEYS[1], 'version', 'lines', 'team', 'state', 't' .. (ARGV[2] + 1) % 4)
local version, lines = tonumber(held[1] or 0), tonumber(held[2] or 0)

-- The answer got lost and the client asks again, perhaps after others went on.
if held[5] then
  local token, then_lines = string.match(held[5], '^(.*):(%d+)$')
  if token == ARGV[3] then
    return {'ok', ARGV[2] + 1, tonumber(then_lines)}
  end
end
if version ~= tonumber(ARGV[2]) then
  return {'conflict'}
end
local team, state = held[3], held[4]
if team and team ~= ARGV[8] then
  if ARGV[13] ~= team then
    return {'moved', team}
  end
  redis.call('ZREM', KEYS[12], ARGV[1])
  redis.call('ZREM', KEYS[13], ARGV[1])
end

for i = 14, #ARGV do
  lines = redis.call('RPUSH', KEYS[2], ARGV[i])
end
version = version + 1
redis.call('HSET', KEYS[1], 'body', ARGV[4], 'version', version, 'lines', lines, 'team', ARGV[8],
  'state', ARGV[9], 't' .. version % 4, ARGV[3] .. ':' .. lines)

if ARGV[5] == '' then
  redis.call('ZREM', KEYS[3], ARGV[1])
else
  redis.call('ZADD', KEYS[3], ARGV[5], ARGV[1])
end

local open = ARGV[6] == '1'
if not team then
  redis.call('ZADD', KEYS[5], ARGV[7], ARGV[1])
  if ARGV[12] ~= '' and redis.call('HGET', KEYS[9], ARGV[12]) == ARGV[1] then
    redis.call('HDEL', KEYS[9], ARGV[12])
  end
end
if team ~= ARGV[8] then
  redis.call('ZADD', KEYS[11], ARGV[7], ARGV[1])
end
if open then
  redis.call('ZADD', KEYS[4], ARGV[7], ARGV[1])
  redis.call('ZADD', KEYS[10], ARGV[7], ARGV[1])
else
  redis.call('ZREM', KEYS[4], ARGV[1])
  redis.call('ZREM', KEYS[10], ARGV[1])
end

if team ~= ARGV[8] or state ~= ARGV[9] then
  if state and state ~= 'resolved' then
    local was = state .. ' ' .. team
    if redis.call('HINCRBY', KEYS[6], was, -1) <= 0 then
      redis.call('HDEL', KEYS[6], was)
    end
  end
  if open then
    redis.call('HINCRBY', KEYS[6], ARGV[9] .. ' ' .. ARGV[8], 1)
  end
end

if not open then
  redis.call('HSETNX', KEYS[1], 'ended', string.format('%.0f', ARGV[11] - ARGV[10]))
  redis.call('PEXPIRE', KEYS[1], ARGV[10])
  redis.call('PEXPIRE', KEYS[2], ARGV[10])
  redis.call('ZADD', KEYS[7], ARGV[11], ARGV[1] .. '\n' .. ARGV[8])
  if state ~= 'resolved' and ARGV[12] ~= '' then
    redis.call('HSET', KEYS[8], ARGV[1], ARGV[12])
  end
end
return {'ok', version, lines}
