-- Finds letters that are due and takes them off the others' hands for a while.
--
-- KEYS  1 letters  2 when letters are due  3 how often each was tried
-- ARGV  1 now, ms  2 claimed until, ms  3 at most so many
--
-- Answers id, letter and tries before this one, for each.

local found = {}
for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', ARGV[1], 'LIMIT', 0, ARGV[3])) do
  local letter = redis.call('HGET', KEYS[1], id)
  if letter then
    redis.call('ZADD', KEYS[2], ARGV[2], id)
    found[#found + 1] = id
    found[#found + 1] = letter
    found[#found + 1] = redis.call('HINCRBY', KEYS[3], id, 1) - 1
  else
    redis.call('ZREM', KEYS[2], id)
  end
end
return found
