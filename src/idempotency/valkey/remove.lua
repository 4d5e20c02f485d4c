-- Forgets a claim, or the response that it stored.
-- KEYS[1] the entry. ARGV: run_id, sequence.
-- Returns 0 applied, 1 held by another token, 2 not held.
local run_id, sequence = unpack(ARGV)
local holder, count = unpack(redis.call('HMGET', KEYS[1], 'run_id', 'ft'))
if not count then
  return 2
elseif holder ~= run_id or count ~= sequence then
  return 1
end
redis.call('DEL', KEYS[1])
return 0
