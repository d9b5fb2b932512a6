-- Numbers an incident and points a sender's key at it, where one server has all
-- keys: number.lua and claim.lua in one.
--
-- KEYS  1 index  2 number  3 pending
-- ARGV  1 old id or ''  2 what ids of the team begin with
--
-- Answers the id that the key points at now.

local held = redis.call('GET', KEYS[1])
if held and held ~= ARGV[1] then
  return held
end
local id = redis.call('HGET', KEYS[3], KEYS[1])
if not id then
  id = ARGV[2] .. '-' .. redis.call('INCR', KEYS[2])
  redis.call('HSET', KEYS[3], KEYS[1], id)
end
redis.call('SET', KEYS[1], id)
return id
