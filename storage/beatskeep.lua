-- Brings the heartbeats in line with a configuration.
--
-- KEYS  1 last beats  2 due  3 silent ones  4 claims  5 when a file named each
-- ARGV  1 now, ms  2 forget what no file has named since then, ms
--       3.. name, ms that it may be silent

for i = 3, #ARGV, 2 do
  local name = ARGV[i]
  redis.call('HSET', KEYS[5], name, ARGV[1])
  local last = redis.call('HGET', KEYS[1], name)
  if last and redis.call('SISMEMBER', KEYS[3], name) == 0 then
    local claimed = redis.call('HEXISTS', KEYS[4], name) == 1
    if not claimed or not redis.call('ZSCORE', KEYS[2], name) then
      redis.call('ZADD', KEYS[2], last + ARGV[i + 1], name)
    end
  end
end
local named = redis.call('HGETALL', KEYS[5])
for i = 1, #named, 2 do
  if tonumber(named[i + 1]) < tonumber(ARGV[2]) then
    redis.call('HDEL', KEYS[1], named[i])
    redis.call('ZREM', KEYS[2], named[i])
    redis.call('SREM', KEYS[3], named[i])
    redis.call('HDEL', KEYS[4], named[i])
    redis.call('HDEL', KEYS[5], named[i])
  end
end
return 1
