-- The books of one project for one model, which all replicas share: what was sent, what is reserved, and when more may be sent.
-- One order is one run: its changes are booked, then slots are given; no other order can come in between.
--
-- Times are in microseconds of this server's clock, so that those of the replicas may differ. Runs on Redis 6.2 and later and on
-- Valkey; both keys have one hash tag, as a cluster requires. An order that changes nothing writes nothing.
--
-- KEYS[1] sends: sorted set, score = time, member = "time:requests:tokens:span". An entry holds what was sent, or may be, from
--         time - span to time, and counts as sent at its time. It keeps two minutes.
-- KEYS[2] state: hash
--   clock       when the last slot was given, or the books were begun
--   offset      what is added to the server's clock, so that these books' time never goes back
--   epoch       when these books were begun, or were found to be incomplete
--   given       number of slots given
--   quietUntil  no slots are given until then, while the replicas report what the books have lost
--   complete    slots up to this time are in the books although later ones were lost
--   latest      the latest time of a slot; 0 if the last one was given back
--   keptAt      when the keys' time to live was last set
--   of requests (r) and tokens (t), each a minute:
--     rMark, rSum      sum of the entries that are later than the mark, which follows now - minute - guard
--     rLimit, rAt      the limit that Gemini reported, and when
--     rGuard, rWide    margin added to the minute, and when it was widened
--     rLeast, rTold    the smallest limit that a replica has told, the share applied, and when it last did
--   twoMark, rTwo, tTwo  as above, for two minutes
--   of the day (d): dLimit, dLeast, dTold; dayEnds (seconds), dayBegan, dayCount, dayFull (Gemini has said so),
--                  dayKept (the books were lost, but not this count)
--
-- ARGV    length of a minute | configured requests a minute, tokens a minute, requests a day, 0 if unknown | share of them
--         | end of the day (seconds) | epoch and number of given slots as last seen, 0 if never
--         | how many slots may be later than now | how much later | number of wanted slots, then requests and tokens of each
--         | changes, in the order in which they happened:
--   "M" slot later requests tokens wasRequests wasTokens   sent so much later, or counted otherwise; 0 requests: not sent
--   "K" slot requests tokens                 a slot that these books may have lost
--   "S" ago requests tokens                  sent without a slot
--   "D" requests                             of this day, not in the books
--   "Y" requests                             of this day, in the books unless they have lost its count
--   "L" r|t|d limit takenAgo roomIn amount   Gemini refused a request for this limit
--   "F"                                      forget what Gemini reported
--
-- Returns status (0 complete; 1 lost, found by this order; 2 others report), now, epoch, given, when the next slot is free,
--         for requests, tokens and the day: limit, used, whether Gemini reported it; end of the day; then the time of each slot.
--         All times are the books'.

local sends, state = KEYS[1], KEYS[2]
local call, floor, max, min = redis.call, math.floor, math.max, math.min
local clock = redis.call('TIME')
local seconds = tonumber(clock[1])
local now = seconds * 1000000 + clock[2]

local argument = 0
local function word() argument = argument + 1; return ARGV[argument] end
local function number() return tonumber(word()) end

local minute = number()
local configured = {r = number(), t = number(), d = number()}
local share = number()
local dayEnds, knownEpoch, knownGiven = number(), number(), number()
local turns, within = number(), min(number(), minute)
local wanted = {}
for j = 1, number() do wanted[j] = {requests = number(), tokens = number()} end

-- As in the ledger of a single pool: prompts are few and large, so tokens have a wider margin and are spread less.
local GUARD = {r = minute / 600, t = minute / 75}
local SPREAD = {r = 0.97, t = 0.2}
local WIDEST = minute / 60
local PATIENCE = 10 * minute
local BELIEVED = 60 * minute
-- Above this many requests a minute, those in the same 4,096th of a minute share an entry, which bounds the memory.
local EXACT = 4095
local CELL = math.ceil(minute / 4096)

local f = {clock = 0, offset = 0, given = 0, quietUntil = 0, complete = 0, latest = 0, keptAt = 0,
  rSum = 0, rLimit = 0, rAt = 0, rGuard = GUARD.r, rWide = 0, rLeast = 0, rTold = 0, rTwo = 0,
  tSum = 0, tLimit = 0, tAt = 0, tGuard = GUARD.t, tWide = 0, tLeast = 0, tTold = 0, tTwo = 0,
  dLimit = 0, dLeast = 0, dTold = 0, dayEnds = 0, dayBegan = 0, dayCount = 0, dayFull = 0, dayKept = 0}
local stored = call('HGETALL', state)
for j = 1, #stored, 2 do f[stored[j]] = tonumber(stored[j + 1]) end
local changed = {}
local function set(name, value) if f[name] ~= value then f[name] = value; changed[name] = true end end
-- Lua writes large numbers with an exponent.
local function text(whole) return string.format('%.0f', whole) end

-- After a failover, another server's clock may be behind. Slots are named by the books' time, so it is this that must not go back.
now = now + f.offset
if now < f.clock then
  set('offset', f.offset + f.clock - now)
  now = f.clock
end

-- Limits ---------------------------------------------------------------------------------------------------------------------

local function part(limit) return max(1, floor(limit * share + 1e-9)) end

local function ownLimit(u)
  local c, l = configured[u], f[u .. 'Limit']
  if c == 0 and l == 0 then return 0 end
  return part(c == 0 and l or l == 0 and c or min(c, l))
end

-- The smallest limit that any replica has had in the last two minutes holds for all. Otherwise a replica with a larger limit
-- would keep those with a smaller one from ever finding room.
local function agreed(u)
  local own, least, told = ownLimit(u), u .. 'Least', u .. 'Told'
  local isOld = now - f[told] > 2 * minute
  if own > 0 and (own < f[least] or isOld) then set(least, own); set(told, now)
  elseif own > 0 and own == f[least] and now - f[told] > minute / 2 then set(told, now) end
  if f[least] == 0 or now - f[told] > 2 * minute then return own end
  return own == 0 and f[least] or min(own, f[least])
end

local function guard(u)
  local width, wide = u .. 'Guard', u .. 'Wide'
  while f[width] > GUARD[u] and now - f[wide] >= PATIENCE do
    set(width, max(GUARD[u], f[width] / 1.5)); set(wide, f[wide] + PATIENCE)
  end
  return f[width]
end

-- Entries --------------------------------------------------------------------------------------------------------------------

local isCoarse

local function parse(member)
  local at, n, k, span = string.match(member, '^(%d+):(%d+):(%d+):(%d+)$')
  return {member = member, at = tonumber(at), n = tonumber(n), k = tonumber(k), span = tonumber(span)}
end

local function first(from, to)
  local member = call('ZRANGEBYSCORE', sends, from, to, 'LIMIT', 0, 1)[1]
  return member and parse(member)
end

local function last(from, to)
  local member = call('ZREVRANGEBYSCORE', sends, to, from, 'LIMIT', 0, 1)[1]
  return member and parse(member)
end

local function count(at, n, k)
  if at > f.rMark then set('rSum', f.rSum + n) end
  if at > f.tMark then set('tSum', f.tSum + k) end
  if at > f.twoMark then set('rTwo', f.rTwo + n); set('tTwo', f.tTwo + k) end
end

local hasAdded = false

local function add(at, n, k, span)
  local member = text(at) .. ':' .. text(n) .. ':' .. text(k) .. ':' .. text(span)
  call('ZADD', sends, text(at), member)
  hasAdded = true
  count(at, n, k)
  return {member = member, at = at, n = n, k = k, span = span}
end

local function remove(entry)
  call('ZREM', sends, entry.member)
  count(entry.at, -entry.n, -entry.k)
end

-- Books an amount that is or will be sent at a time. What shares an entry counts as sent with its last part: never too early. No
-- two entries have the same time, or they might be the same member.
local function book(at, n, k)
  local from, to = at, at
  if isCoarse then
    from = floor(at / CELL) * CELL
    to = from + CELL - 1
  end
  local there = last(text(from), text(to))
  if not there then return add(at, n, k, 0) end
  remove(there)
  local latest = max(at, there.at)
  return add(latest, there.n + n, there.k + k, latest - min(at, there.at - there.span))
end

-- Drops what is older than a new mark from the sums that the mark belongs to.
local function pass(mark, upTo, requestSum, tokenSum)
  upTo = floor(upTo)
  local passed = call('ZRANGEBYSCORE', sends, '(' .. text(f[mark]), text(upTo))
  if #passed == 0 then return false end
  for _, member in ipairs(passed) do
    local entry = parse(member)
    if requestSum then set(requestSum, f[requestSum] - entry.n) end
    if tokenSum then set(tokenSum, f[tokenSum] - entry.k) end
  end
  set(mark, upTo)
  return true
end

-- What is left of the books ---------------------------------------------------------------------------------------------------

local isNew = f.epoch == nil
local isEmpty = call('EXISTS', sends) == 0
if isNew then
  if not isEmpty then call('DEL', sends); isEmpty = true end
  set('epoch', now); set('clock', now); set('rMark', now - 2 * minute); set('tMark', f.rMark); set('twoMark', f.rMark)
end
if isEmpty then set('rSum', 0); set('tSum', 0); set('rTwo', 0); set('tTwo', 0) end

local newest = call('ZREVRANGE', sends, 0, 0)[1]
newest = newest and parse(newest)
-- A server may evict the sends and keep the state; a failover may lose the last writes, or the books altogether.
local isEvicted = isEmpty and not isNew and f.latest > now - minute
local isBehind = not isNew and (knownEpoch > f.epoch or (knownEpoch == f.epoch and knownGiven > f.given))
local status = 0
if isEvicted or isBehind or (knownEpoch > 0 and knownEpoch ~= f.epoch) then
  if isEvicted or isBehind then
    set('epoch', max(now, f.epoch + 1, knownEpoch + 1))
    -- Slots are given in the order of their times.
    set('complete', isBehind and newest and newest.at or 0)
    set('dayKept', 1)
  end
  set('given', max(f.given, knownGiven) + 1)
  set('latest', 0)
  set('quietUntil', now + floor(minute / 240))
  status = 1
elseif f.quietUntil > now then
  status = 2
end

for _, u in ipairs({'r', 't'}) do
  if f[u .. 'Limit'] > 0 and now - f[u .. 'At'] >= BELIEVED then set(u .. 'Limit', 0) end
end
-- The day ends by this server's clock. A replica whose clock is far off is ignored.
if f.dayEnds <= seconds and dayEnds > seconds and dayEnds <= seconds + 26 * 3600 then
  set('dayEnds', dayEnds); set('dayBegan', now); set('dayCount', 0); set('dayFull', 0); set('dLimit', 0)
end

-- Changes --------------------------------------------------------------------------------------------------------------------

local requestLimit = agreed('r')
isCoarse = requestLimit == 0 or requestLimit > EXACT

local function settle(slot, later, n, k, wasN, wasK)
  local entry = first(text(slot), '+inf')
  -- What has passed, or was lost, needs no correction.
  if not entry or entry.at - entry.span > slot then return end
  remove(entry)
  local restN, restK = max(0, entry.n - wasN), max(0, entry.k - wasK)
  if restN > 0 or restK > 0 then add(entry.at, restN, restK, entry.span) end
  if n > 0 then book(min(slot + later, max(slot, now + minute)), n, k) end
  if slot >= f.dayBegan then set('dayCount', max(0, f.dayCount + n - wasN)) end
  if n == 0 and call('EXISTS', sends) == 0 then set('latest', 0) end
end

local function keep(slot, n, k)
  if slot <= f.complete or slot <= now - 2 * minute or slot >= now + 2 * minute then return end
  -- If entries are shared, nothing shows whether the slot is among them; what is reported twice then counts twice.
  if not isCoarse and first(text(slot), text(slot)) then return end
  book(slot, n, k)
  set('latest', max(f.latest, slot))
end

local function learn(u, limit, takenAgo, roomIn, amount)
  set(u .. 'Least', 0); set(u .. 'Told', 0)
  if u == 'd' then
    set('dLimit', limit); set('dayFull', 1)
    return
  end
  -- It was on its way when others learned the limit.
  if now - takenAgo <= f[u .. 'At'] then return end
  local before, isTooLarge = ownLimit(u), amount > limit
  if not isTooLarge and before > 0 and before <= part(limit) then
    -- The books had room.
    set(u .. 'Guard', min(WIDEST, guard(u) * 1.5)); set(u .. 'Wide', now)
  end
  set(u .. 'Limit', limit); set(u .. 'At', now)
  -- A request larger than the limit says nothing about what others have sent.
  if isTooLarge then return end
  local used = 0
  for _, member in ipairs(call('ZRANGEBYSCORE', sends, '(' .. text(now - minute), '+inf')) do
    local entry = parse(member)
    used = used + (u == 'r' and entry.n or entry.k)
  end
  local missing, done = max(0, ownLimit(u) - used), 0
  -- For tokens, the margin is too wide to be added to the time that Gemini gives.
  local from = min(now, now + max(0, roomIn) - minute - (u == 't' and guard('t') or 0))
  local step = floor(1 + (missing - 1) / 256)
  while done < missing do
    local n = min(step, missing - done)
    book(floor(from + (now - from) * done / missing), u == 'r' and n or 0, u == 't' and n or 0)
    done = done + n
  end
end

local function forget()
  for _, u in ipairs({'r', 't', 'd'}) do set(u .. 'Limit', 0); set(u .. 'Least', 0); set(u .. 'Told', 0) end
  set('dayFull', 0)
end

while argument < #ARGV do
  local change = word()
  if change == 'M' then settle(number(), number(), number(), number(), number(), number())
  elseif change == 'K' then keep(number(), number(), number())
  elseif change == 'S' then
    local at = now - number()
    if at > now - 2 * minute then
      local entry = book(at, number(), number())
      set('latest', max(f.latest, entry.at))
    else
      argument = argument + 2
    end
  elseif change == 'D' then set('dayCount', f.dayCount + number())
  elseif change == 'Y' then
    local requests = number()
    if f.dayKept == 0 then set('dayCount', f.dayCount + requests) end
  elseif change == 'L' then learn(word(), number(), number(), number(), number())
  elseif change == 'F' then forget()
  else return redis.error_reply('ERR unknown change ' .. tostring(change)) end
end

-- Slots ----------------------------------------------------------------------------------------------------------------------

pass('rMark', now - minute - guard('r'), 'rSum', nil)
pass('tMark', now - minute - guard('t'), nil, 'tSum')
if pass('twoMark', now - 2 * minute, 'rTwo', 'tTwo') then
  call('ZREMRANGEBYSCORE', sends, '-inf', text(min(f.rMark, f.tMark, f.twoMark)))
end

local limit = {r = agreed('r'), t = agreed('t'), d = agreed('d')}
isCoarse = limit.r == 0 or limit.r > EXACT
newest = call('ZREVRANGE', sends, 0, 0)[1]
newest = newest and parse(newest) or {at = 0, n = 0, k = 0, span = 0}

-- When the window has room for an amount: now, or when enough has left it. An amount above the limit needs an empty window.
local function freeAt(u, amount)
  if limit[u] == 0 then return now end
  local room, sum, at, from = max(0, limit[u] - amount), f[u .. 'Sum'], now, 0
  while sum > room do
    -- Usually one of the oldest is enough.
    local oldest = call('ZRANGEBYSCORE', sends, '(' .. text(f[u .. 'Mark']), '+inf', 'LIMIT', from, from == 0 and 4 or 32)
    if #oldest == 0 then return at end
    for _, member in ipairs(oldest) do
      local entry = parse(member)
      sum = sum - (u == 'r' and entry.n or entry.k)
      at = max(at, entry.at + minute + guard(u))
      if sum <= room then return at end
    end
    from = from + #oldest
  end
  return at
end

local function nextFree(size)
  local at = max(now, freeAt('r', size.requests), freeAt('t', max(1, size.tokens)))
  -- While there is much traffic, sends keep a distance. Otherwise a burst would come back every minute.
  if limit.r > 0 and f.rTwo > limit.r then at = max(at, newest.at + SPREAD.r * minute / limit.r * newest.n) end
  if limit.t > 0 and f.tTwo > limit.t then at = max(at, newest.at + SPREAD.t * minute / limit.t * newest.k) end
  if limit.d > 0 and (f.dayFull > 0 or f.dayCount + size.requests > limit.d) then at = max(at, f.dayEnds * 1000000 + f.offset) end
  return math.ceil(at)
end

local slots, next = {}, f.quietUntil
if status == 0 then
  local later = 0
  while true do
    local size = wanted[#slots + 1]
    next = nextFree(size or {requests = 1, tokens = 0})
    if not size then break end
    if next > now then
      later = later + 1
      if later > turns or next > now + within then break end
    end
    -- Slots are identified by their times, except where they share entries.
    local slot = max(next, newest.at + (isCoarse and 0 or 1))
    newest = book(slot, size.requests, size.tokens)
    slots[#slots + 1] = slot
    set('latest', max(f.latest, slot))
    set('clock', now)
    set('given', f.given + 1); set('dayCount', f.dayCount + size.requests)
  end
end

local write = {}
for name in pairs(changed) do write[#write + 1] = name; write[#write + 1] = string.format('%.17g', f[name]) end
-- When its last entry is removed, the set is gone, and its time to live with it; the next entry creates a new one.
local isEndless = hasAdded and call('PTTL', sends) == -1
if #write > 0 or isEndless then
  local isKept = not isEndless and now - f.keptAt <= minute / 10
  if not isKept then write[#write + 1] = 'keptAt'; write[#write + 1] = text(now) end
  call('HSET', state, unpack(write))
  if not isKept then
    call('PEXPIRE', sends, math.ceil(minute / 1000 * 4))
    call('PEXPIRE', state, math.ceil(minute / 1000 * 61 + max(0, (f.dayEnds - seconds) * 1000)))
  end
end

local function isReported(u) return f[u .. 'Limit'] > 0 and (configured[u] == 0 or f[u .. 'Limit'] < configured[u]) and 1 or 0 end
local reply = {status, now, f.epoch, f.given, next, limit.r, f.rSum, isReported('r'), limit.t, f.tSum, isReported('t'),
  limit.d, f.dayFull > 0 and limit.d or f.dayCount, isReported('d'), f.dayEnds * 1000000 + f.offset}
for j = 1, #slots do reply[#reply + 1] = slots[j] end
return reply
