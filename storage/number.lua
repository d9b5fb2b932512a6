-- Numbers the incident that a sender's key is about to open. Rivals for one key
-- get the same number, so that a storm of one alert leaves no gap.
--
-- KEYS  1 number  2 pending
-- ARGV  1 index key  2 what ids of the team begin with
--
-- Answers the id; the commit takes the note away.

local id = redis.call('HGET', KEYS[2], ARGV[1])
if not id then
  id = ARGV[2] .. '-' .. redis.call('INCR', KEYS[1])
  redis.call('HSET', KEYS[2], ARGV[1], id)
end
return id
