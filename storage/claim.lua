-- Points a sender's key at an incident, if it points at nothing or at the old one.
--
-- KEYS  1 index
-- ARGV  1 old id or ''  2 new id
--
-- Answers the id that the key points at now.

local held = redis.call('GET', KEYS[1])
if held and held ~= ARGV[1] then
  return held
end
redis.call('SET', KEYS[1], ARGV[2])
return ARGV[2]
