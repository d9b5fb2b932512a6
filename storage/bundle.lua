-- Saves the page limit of one person and method.
--
-- KEYS  1 bundle
-- ARGV  1 version it was decided on  2 token  3 body  4 ms to keep it
--
-- Answers 1, or 0 when somebody was faster.

local held = redis.call('HMGET', KEYS[1], 'version', 't' .. (ARGV[1] + 1) % 4)
if held[2] == ARGV[2] then
  return 1
end
if tonumber(held[1] or 0) ~= tonumber(ARGV[1]) then
  return 0
end
local version = ARGV[1] + 1
redis.call('HSET', KEYS[1], 'body', ARGV[3], 'version', version, 't' .. version % 4, ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return 1
