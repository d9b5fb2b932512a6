-- Saves the on-call book with what it owes: rows of the audit and letters.
--
-- KEYS  1 book  2 letters  3 when letters are due  4 audit
-- ARGV  1 version it was decided on  2 token  3 body  4 now, ms
--       5 rows kept in the audit  6 number of rows  7.. rows, then pairs of a
--       letter's id and the letter
--
-- Answers 1, or 0 when somebody was faster. A letter replaces one of the same id
-- that is not delivered; while that one is being delivered it waits for it.

local held = redis.call('HMGET', KEYS[1], 'version', 't' .. (ARGV[1] + 1) % 4)
if held[2] == ARGV[2] then
  return 1
end
if tonumber(held[1] or 0) ~= tonumber(ARGV[1]) then
  return 0
end
local version = ARGV[1] + 1
redis.call('HSET', KEYS[1], 'body', ARGV[3], 'version', version, 't' .. version % 4, ARGV[2])
local rows = 6 + ARGV[6]
for i = 7, rows do
  redis.call('RPUSH', KEYS[4], ARGV[i])
end
if rows > 6 then
  redis.call('LTRIM', KEYS[4], -ARGV[5], -1)
end
for i = rows + 1, #ARGV, 2 do
  redis.call('HSET', KEYS[2], ARGV[i], version .. ' ' .. ARGV[i + 1])
  redis.call('ZADD', KEYS[3], 'NX', ARGV[4], ARGV[i])
end
return 1
