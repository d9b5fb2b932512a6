-- Finds what is due and takes it off the others' hands for a while.
--
-- KEYS  due indexes
-- ARGV  1 due before or at, ms  2 claimed until, ms  3 at most so many of each
--
-- Answers the ids, the longest due first within each index.

local found = {}
for _, key in ipairs(KEYS) do
  local ids = redis.call('ZRANGEBYSCORE', key, '-inf', ARGV[1], 'LIMIT', 0, ARGV[3])
  for _, id in ipairs(ids) do
    redis.call('ZADD', key, ARGV[2], id)
    found[#found + 1] = id
  end
end
return found
