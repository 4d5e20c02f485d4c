local run_id, sequence = unpack(ARGV)
local holder, count = unpack(redis.call('HMGET', KEYS[1], 'run_id', 'ft'))
if not count then
  return 2
elseif holder ~= run_id or count ~= sequence then
  return 1
end
redis.call('DEL', KEYS[1])
return 0
