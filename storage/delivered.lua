-- Strikes a letter off that was delivered, or given up.
--
-- KEYS  1 letters  2 when letters are due  3 how often each was tried  4 ref of its message
-- ARGV  1 id  2 version of the book it was written with  3 ref or ''
--       4 ms to keep the ref  5 now, ms
--
-- Answers 1, or 0 when a newer letter of the same id has taken its place, which is
-- due now.

if ARGV[3] ~= '' then
  redis.call('SET', KEYS[4], ARGV[3], 'PX', ARGV[4])
end
redis.call('HDEL', KEYS[3], ARGV[1])
local letter = redis.call('HGET', KEYS[1], ARGV[1])
if letter and string.match(letter, '^%d+') ~= ARGV[2] then
  redis.call('ZADD', KEYS[2], ARGV[5], ARGV[1])
  return 0
end
redis.call('HDEL', KEYS[1], ARGV[1])
redis.call('ZREM', KEYS[2], ARGV[1])
return 1
