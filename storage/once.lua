-- Remembers that something was seen.
--
-- KEYS  1 what
-- ARGV  1 token of who asks  2 ms to remember it
--
-- Answers 1 to whoever saw it first, however often the call is repeated.

local held = redis.call('GET', KEYS[1])
if not held then
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
  return 1
end
return held == ARGV[1] and 1 or 0
