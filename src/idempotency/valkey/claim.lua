local mode, data, lease, keep, fingerprint, nonce = unpack(ARGV)
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local status, held, run_id, sequence, owner, ends =
  unpack(redis.call('HMGET', KEYS[1], 'status', 'data', 'run_id', 'ft', 'fp', 'lease'))

local state = 'created'
if held then
  local left = redis.call('PTTL', KEYS[1])
  -- Only entries of ours that outlive their lease say when it ends; of the others it is the expiry.
  if status == 'in_progress' and ends then
    left = tonumber(ends) - now
  end
  if status == 'in_progress' and left <= 0 and ends then
    status, left = 'lapsed', 0
  end
  if mode ~= 'take' or status ~= 'lapsed' or owner ~= fingerprint then
    return { status, run_id, sequence, held, left, owner }
  end
  state = 'taken'
elseif mode == 'get' then
  return { 'none' }
end

local before = sequence
if state == 'taken' then
  sequence = string.format('%.0f', tonumber(sequence) + 1)
else
  -- 48 bits of milliseconds in hexadecimal, in two halves that any Lua can format.
  run_id = string.format('%06x%06x', math.floor(now / 16777216) % 16777216, now % 16777216) .. nonce
  sequence = '1'
end
redis.call('HSET', KEYS[1], 'status', 'in_progress', 'data', data, 'run_id', run_id, 'ft', sequence, 'fp', fingerprint)
if keep ~= '0' then
  redis.call('HSET', KEYS[1], 'lease', string.format('%.0f', now + tonumber(lease)), 'keep', keep)
else
  -- Those of the attempt it was taken from.
  redis.call('HDEL', KEYS[1], 'lease', 'keep')
end
redis.call('PEXPIRE', KEYS[1], string.format('%.0f', tonumber(lease) + tonumber(keep)))
return { state, run_id, sequence, before or '' }
