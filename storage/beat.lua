-- Stores a beat of a heartbeat.
--
-- KEYS  1 last beats  2 due  3 silent ones  4 claims  5 when a file named each
-- ARGV  1 name  2 when it beat, ms  3 ms that it may be silent
--       4 token of a claim  5 claimed until, ms
--
-- Answers 1 if it was silent, and claimed now by the token: whoever claimed it has
-- to end what is open for it. 0 otherwise.

local held = redis.call('HGET', KEYS[4], ARGV[1])
local last = math.max(tonumber(redis.call('HGET', KEYS[1], ARGV[1]) or 0), tonumber(ARGV[2]))
redis.call('HSET', KEYS[1], ARGV[1], last)
redis.call('HSET', KEYS[5], ARGV[1], ARGV[2])
local due = last + ARGV[3]
if redis.call('SREM', KEYS[3], ARGV[1]) == 1 and not held then
  held = ARGV[4]
  redis.call('HSET', KEYS[4], ARGV[1], held)
  due = math.min(due, tonumber(ARGV[5]))
elseif held then
  -- Its alert may be on its way: somebody looks again when the claim is over.
  due = math.min(due, tonumber(redis.call('ZSCORE', KEYS[2], ARGV[1]) or due))
end
redis.call('ZADD', KEYS[2], due, ARGV[1])
return held == ARGV[4] and 1 or 0
