-- Points a key at an incident, if it points at nothing or at the old one.
--
-- KEYS  1 index
-- ARGV  1 old id or ''  2 new id  3 ms to keep it, 0 for ever
--
-- Answers the id that the key points at now.

local held = redis.call('GET', KEYS[1])
if held and held ~= ARGV[1] then
  return held
end
if ARGV[3] == '0' then
  redis.call('SET', KEYS[1], ARGV[2])
else
  redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
end
return ARGV[2]
