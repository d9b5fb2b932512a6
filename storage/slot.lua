-- Gives an incident its number among a person's.
--
-- KEYS  1 slots
-- ARGV  1 id  2.. number, id of slots whose incident has been over for long
--
-- Answers the number: the one it has, or the smallest free one.

for i = 2, #ARGV, 2 do
  if redis.call('HGET', KEYS[1], ARGV[i]) == ARGV[i + 1] then
    redis.call('HDEL', KEYS[1], ARGV[i])
  end
end
local held = redis.call('HGETALL', KEYS[1])
local taken = {}
for i = 1, #held, 2 do
  if held[i + 1] == ARGV[1] then
    return tonumber(held[i])
  end
  taken[tonumber(held[i])] = true
end
local number = 1
while taken[number] do
  number = number + 1
end
redis.call('HSET', KEYS[1], number, ARGV[1])
return number
