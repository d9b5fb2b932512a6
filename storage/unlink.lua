-- Lets go of a sender's key that still points at an incident that is over.
--
-- KEYS  1 index
-- ARGV  1 id  2 ms it may stay, 0 for none
--
-- Answers how many keys were touched.

if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return 0
end
if tonumber(ARGV[2]) > 0 then
  return redis.call('PEXPIRE', KEYS[1], ARGV[2])
end
return redis.call('DEL', KEYS[1])
