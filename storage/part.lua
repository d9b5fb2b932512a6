-- Forgets that members stood in an incident that is over.
--
-- KEYS  1 members of the integration
-- ARGV  1 id  2.. members
--
-- Answers how many were forgotten.

local gone = 0
for i = 2, #ARGV do
  local held = redis.call('HGET', KEYS[1], ARGV[i])
  if held then
    local rest = {}
    for id in string.gmatch(held, '%S+') do
      if id == ARGV[1] then
        gone = gone + 1
      else
        table.insert(rest, id)
      end
    end
    if #rest == 0 then
      redis.call('HDEL', KEYS[1], ARGV[i])
    else
      redis.call('HSET', KEYS[1], ARGV[i], table.concat(rest, ' '))
    end
  end
end
return gone
