-- Ends a claim of a heartbeat.
--
-- KEYS  1 last beats  2 due  3 silent ones  4 claims  5 when a file named each
-- ARGV  1 name  2 token  3 the beat since which it was found silent, ms, or '' for
--       one that beats  4 ms that it may be silent
--
-- Answers 1 if it beat after that one, and leaves the claim: what was opened for it
-- has to be ended first. 0 otherwise, and where the claim is another's by now.

if redis.call('HGET', KEYS[4], ARGV[1]) ~= ARGV[2] then
  return 0
end
local last = redis.call('HGET', KEYS[1], ARGV[1])
if ARGV[3] == '' then
  redis.call('ZADD', KEYS[2], last + ARGV[4], ARGV[1])
elseif tonumber(last) == tonumber(ARGV[3]) then
  redis.call('SADD', KEYS[3], ARGV[1])
  redis.call('ZREM', KEYS[2], ARGV[1])
else
  return 1
end
redis.call('HDEL', KEYS[4], ARGV[1])
return 0
