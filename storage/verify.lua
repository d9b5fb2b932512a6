-- Counts one try at a code, and compares after that.
--
-- KEYS  1 the proof
-- ARGV  1 token of the try  2 mac of the code that was said  3 salt it was made with
--       4 now in ms  5 how many tries a code has
--
-- Answers the tries that are left after a wrong code, -1 where no code is open, and
-- -2 for the right one, which is void from then on. A try that is repeated because
-- its answer was lost is the same try.

local held = redis.call('HMGET', KEYS[1], 'mac', 'salt', 'until', 'last', 'result')
if held[4] == ARGV[1] then
  return tonumber(held[5])
end
if not held[1] or held[2] ~= ARGV[3] or tonumber(ARGV[4]) >= tonumber(held[3]) then
  return -1
end
local result = tonumber(ARGV[5]) - redis.call('HINCRBY', KEYS[1], 'tries', 1)
if result >= 0 and held[1] == ARGV[2] then
  result = -2
end
if result <= 0 then
  redis.call('HDEL', KEYS[1], 'mac')
end
redis.call('HSET', KEYS[1], 'last', ARGV[1], 'result', result)
return result
