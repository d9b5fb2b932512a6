-- Notes that members stand in an incident, beside those that they stand in already.
--
-- KEYS  1 members of the integration
-- ARGV  1 id  2.. members
--
-- Answers how many did not stand there before.

local new = 0
for i = 2, #ARGV do
  local held = redis.call('HGET', KEYS[1], ARGV[i])
  if not held then
    redis.call('HSET', KEYS[1], ARGV[i], ARGV[1])
    new = new + 1
  elseif not string.find(' ' .. held .. ' ', ' ' .. ARGV[1] .. ' ', 1, true) then
    redis.call('HSET', KEYS[1], ARGV[i], held .. ' ' .. ARGV[1])
    new = new + 1
  end
end
return new
