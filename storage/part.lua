-- Forgets where the members of an incident that is over stood.
--
-- KEYS  1 members of the integration
-- ARGV  1 id  2.. members
--
-- Answers how many were forgotten.

local gone = 0
for i = 2, #ARGV do
  if redis.call('HGET', KEYS[1], ARGV[i]) == ARGV[1] then
    gone = gone + redis.call('HDEL', KEYS[1], ARGV[i])
  end
end
return gone
