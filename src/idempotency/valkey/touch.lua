local run_id, sequence, lease = unpack(ARGV)
local status, holder, count, keep = unpack(redis.call('HMGET', KEYS[1], 'status', 'run_id', 'ft', 'keep'))
if not count then
  return 2
elseif holder ~= run_id or count ~= sequence then
  return 1
elseif status ~= 'in_progress' then
  return 2
end
if keep then
  local time = redis.call('TIME')
  local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
  redis.call('HSET', KEYS[1], 'lease', string.format('%.0f', now + tonumber(lease)))
end
redis.call('PEXPIRE', KEYS[1], string.format('%.0f', tonumber(lease) + tonumber(keep or 0)))
return 0
