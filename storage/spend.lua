-- Takes one off several allowances at once, or off none.
--
-- KEYS  sorted sets of what was taken, each by when, in ms
-- ARGV  1 token of the attempt  2 now in ms  3.. per key: bound, window in ms
--
-- Answers 0, or the ms until all of them have one left.

local token, now = ARGV[1], tonumber(ARGV[2])
local wait = 0
for i, key in ipairs(KEYS) do
  if redis.call('ZSCORE', key, token) then
    return 0
  end
  local bound, window = tonumber(ARGV[2 * i + 1]), tonumber(ARGV[2 * i + 2])
  redis.call('ZREMRANGEBYSCORE', key, '-inf', now - window)
  local taken = redis.call('ZCARD', key)
  if taken >= bound then
    local frees = redis.call('ZRANGE', key, taken - bound, taken - bound, 'WITHSCORES')
    wait = math.max(wait, tonumber(frees[2]) + window - now)
  end
end
if wait > 0 then
  return wait
end
for i, key in ipairs(KEYS) do
  redis.call('ZADD', key, now, token)
  redis.call('PEXPIRE', key, ARGV[2 * i + 2])
end
return 0
