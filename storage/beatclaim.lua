-- Takes a heartbeat that is due off the others' hands for a while.
--
-- KEYS  1 last beats  2 due  3 silent ones  4 claims  5 when a file named each
-- ARGV  1 name  2 now, ms  3 token  4 claimed until, ms
--
-- Answers its last beat, ms, or nothing when somebody else has it.

local last = redis.call('HGET', KEYS[1], ARGV[1])
if not last then
  redis.call('ZREM', KEYS[2], ARGV[1])
  return false
end
if redis.call('HGET', KEYS[4], ARGV[1]) ~= ARGV[3] then
  local due = redis.call('ZSCORE', KEYS[2], ARGV[1])
  if not due or tonumber(due) > tonumber(ARGV[2]) then
    return false
  end
  redis.call('HSET', KEYS[4], ARGV[1], ARGV[3])
  redis.call('ZADD', KEYS[2], ARGV[4], ARGV[1])
end
return tonumber(last)
