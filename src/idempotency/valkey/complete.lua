local data, run_id, sequence, replay, fingerprint = unpack(ARGV)
local status, holder, count, owner = unpack(redis.call('HMGET', KEYS[1], 'status', 'run_id', 'ft', 'fp'))
if not count then
  return 2
elseif holder ~= run_id or count ~= sequence then
  return 1
elseif status ~= 'in_progress' then
  return 2
elseif owner and owner ~= fingerprint then
  return 3
end
redis.call('HSET', KEYS[1], 'status', 'complete', 'data', data)
redis.call('PEXPIRE', KEYS[1], replay)
return 0
