-- Announces a replica, and tells it which others there are and whether it has missed a change.
-- KEYS[1] members: sorted set, replica → milliseconds of this server when last seen   KEYS[2] news, as in facts.lua
-- ARGV    replica | "here" or "gone" | after how many milliseconds an unseen replica is gone
-- Returns the number of the latest change, then the names of the members.

local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local function text(whole) return string.format('%.0f', whole) end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', text(now - ARGV[3]))
-- A server whose clock was ahead has seen them: those that are still here will be seen again within a second.
redis.call('ZREMRANGEBYSCORE', KEYS[1], '(' .. text(now), '+inf')
if ARGV[2] == 'gone' then redis.call('ZREM', KEYS[1], ARGV[1]) else redis.call('ZADD', KEYS[1], text(now), ARGV[1]) end
redis.call('PEXPIRE', KEYS[1], 6 * ARGV[3])
return {redis.call('GET', KEYS[2]) or '0', unpack(redis.call('ZRANGE', KEYS[1], 0, 999))}
