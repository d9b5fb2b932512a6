-- Brings the due index in line with an incident that nobody has changed since.
--
-- KEYS  1 body  2 due
-- ARGV  1 id  2 version, 0 for no such incident  3 due ms or ''  4 latest score
--       that a claim may have set, ms
--
-- Answers 1 if the index was wrong.

if tonumber(redis.call('HGET', KEYS[1], 'version') or 0) ~= tonumber(ARGV[2]) then
  return 0
end
if ARGV[3] == '' then
  return redis.call('ZREM', KEYS[2], ARGV[1])
end
local score = redis.call('ZSCORE', KEYS[2], ARGV[1])
if not score then
  return redis.call('ZADD', KEYS[2], 'NX', ARGV[3], ARGV[1])
end
if tonumber(score) > math.max(tonumber(ARGV[3]), tonumber(ARGV[4])) then
  redis.call('ZADD', KEYS[2], ARGV[3], ARGV[1])
  return 1
end
return 0
