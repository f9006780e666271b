-- Publishes or retracts a fact. All replicas hold a copy of the followed kinds: a change is told on a channel, with its number; who
-- misses one sees by the number (beat.lua) that it did, and reads them all (read.lua).
--
-- KEYS[1] values of the kind: hash, name → "replica\nvalue"
-- KEYS[2] their ends: sorted set, name → milliseconds of this server
-- KEYS[3] news: the number of the latest change
-- ARGV    channel, empty if nobody follows the kind | kind | most facts of it, 0 for any number | name, of one line
--         | "latest" or "longest", then replica, value and for how many milliseconds it holds; or "retract"
-- Returns 1 if the fact now holds as published, or was retracted; else 0.

local values, ends, news = KEYS[1], KEYS[2], KEYS[3]
local channel, kind, most, name, how = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4], ARGV[5]
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local function text(whole) return string.format('%.0f', whole) end

local function drop(one)
  redis.call('ZREM', ends, one)
  redis.call('HDEL', values, one)
end

-- How long the keys are kept: a minute longer than the fact that lasts longest.
local function lasts()
  local last = redis.call('ZREVRANGE', ends, 0, 0, 'WITHSCORES')[2]
  return (last and tonumber(last) or now) - now + 60000
end

-- The numbers begin at the time, not at 1: after a loss, none must be used again.
local function tell(...)
  if channel == '' then return end
  if redis.call('EXISTS', news) == 0 then redis.call('SET', news, text(now * 1000)) end
  local change = redis.call('INCR', news)
  redis.call('PUBLISH', channel, table.concat({'fact', text(change), kind, name, ...}, '\n'))
  -- The facts of other kinds may last longer.
  redis.call('PEXPIRE', news, text(math.max(lasts(), redis.call('PTTL', news))))
end

-- A few at a time, to keep the run short.
for _, one in ipairs(redis.call('ZRANGEBYSCORE', ends, '-inf', text(now), 'LIMIT', 0, 100)) do drop(one) end

local before = tonumber(redis.call('ZSCORE', ends, name) or 0)
if how == 'retract' then
  if before == 0 then return 0 end
  drop(name)
  tell()
  return 1
end

local replica, value, untilMs = ARGV[6], ARGV[7], now + tonumber(ARGV[8])
-- A server may evict one key and keep the other.
if how == 'longest' and untilMs <= before and redis.call('HGET', values, name) then return 0 end
redis.call('HSET', values, name, replica .. '\n' .. value)
redis.call('ZADD', ends, text(untilMs), name)
while most > 0 and redis.call('ZCARD', ends) > most do redis.call('HDEL', values, redis.call('ZPOPMIN', ends)[1]) end
-- The value is the last part, as it may have several lines.
tell(replica, text(untilMs - now), value)
for _, key in ipairs({values, ends}) do redis.call('PEXPIRE', key, text(lasts())) end
return 1
