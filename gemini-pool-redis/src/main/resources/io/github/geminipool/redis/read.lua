-- Reads all facts of some kinds, as of one moment.
-- KEYS[1] news; then values and ends of each kind, as in facts.lua
-- ARGV    the kinds
-- Returns the number of the latest change, then for each fact: kind, name, "replica\nvalue", for how many milliseconds it holds.

local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local reply = {redis.call('GET', KEYS[1]) or '0'}
for j, kind in ipairs(ARGV) do
  local values, last = {}, redis.call('ZRANGEBYSCORE', KEYS[2 * j + 1], '(' .. string.format('%.0f', now), '+inf', 'WITHSCORES')
  local stored = #last > 0 and redis.call('HGETALL', KEYS[2 * j]) or {}
  for i = 1, #stored, 2 do values[stored[i]] = stored[i + 1] end
  for i = 1, #last, 2 do
    -- A server may evict one key and keep the other.
    if values[last[i]] then
      reply[#reply + 1] = kind
      reply[#reply + 1] = last[i]
      reply[#reply + 1] = values[last[i]]
      reply[#reply + 1] = string.format('%.0f', last[i + 1] - now)
    end
  end
end
return reply
