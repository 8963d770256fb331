-- The arithmetic of book.py, made on the server: in one step, by its clock. Names are those of book.py.
local key, at = KEYS[1], 0
local function text() at = at + 1; return ARGV[at] end
local function number() return tonumber(text()) end

local kept, changed = {}, {}
local function get(name)
  if kept[name] == nil then kept[name] = tonumber(redis.call('HGET', key, name)) or false end
  return kept[name] or 0
end
local function has(name) get(name); return kept[name] ~= false end
local function set(name, value) kept[name] = value; changed[name] = value end

local SECOND, DAY, SHARE, RETURN = 1000000, 86400000000, 9, 2000000
local floor, max, min = math.floor, math.max, math.min
local function up(value, by) return -floor(-value / by) end

local time = redis.call('TIME')
local clock = time[1] * SECOND + time[2]
local terms = {n = number(), per = number(), burst = number(), margin = number()}
local change, want, horizon, waited, bulk, late = number() == 1, number(), number(), number(), number() == 1, number()
local generation, seen_slots, ahead, frozen, accepted, resource = number(), number(), number(), number(), number(), text()

local names = {'gen', 'n', 'per', 'burst', 'margin', 'gap', 'bad', 'ok', 'row', 'ref', 'tat', 'frz', 'c', 'ib', 'bw', 'seen', 'off'}
for index, value in ipairs(redis.call('HMGET', key, unpack(names))) do kept[names[index]] = tonumber(value) or false end

local off = get('off') + max(0, get('seen') - clock - get('off'))
local now = clock + off
set('seen', now); set('off', off)
local lost = not has('gen')
local b = {}
for _, name in ipairs({'bad', 'ok', 'row', 'ref', 'tat', 'frz', 'c', 'ib', 'bw'}) do b[name] = get(name) end
b.gen = lost and clock or get('gen')
for _, name in ipairs({'n', 'per', 'burst', 'margin'}) do b[name] = has(name) and get(name) or terms[name] end
b.gap = has('gap') and get('gap') or b.margin

local function window() return b.per + b.gap end
local function interval(late) return up(window() + late, b.n) end
local function freeze(length)
  b.frz = max(b.frz, now + length)
  b.tat = max(b.tat, b.frz + (b.burst - 1) * interval(0))
end

local rewound = generation == b.gen and seen_slots > b.c
if rewound then b.gen, b.c = clock, seen_slots end
if lost and generation ~= 0 or rewound then
  local pause = min(window(), (2 * b.burst + 3) * interval(0)) + floor(min(window(), SECOND) / 2)
  b.tat = max(b.tat, now + ahead + pause + (b.burst - 1) * interval(0))
elseif generation ~= 0 and generation ~= b.gen then
  freeze(window())
  b.tat = max(b.tat, now + ahead)
end
if frozen > 0 then b.frz = max(b.frz, now + frozen) end

if change and (terms.n ~= b.n or terms.per ~= b.per or terms.burst ~= b.burst or terms.margin ~= b.margin) then
  if terms.n ~= b.n then
    local oldest, slots = get('r' .. b.c % b.n), {}
    for place = max(0, b.c - terms.n), b.c - 1 do
      slots[place] = place >= b.c - b.n and get('r' .. place % b.n) or oldest
    end
    for place, moment in pairs(slots) do set('r' .. place % terms.n, moment) end
  end
  b.n, b.per, b.burst, b.margin = terms.n, terms.per, terms.burst, terms.margin
  b.gap, b.bad, b.row = terms.margin, 0, 0
  b.tat = min(b.tat, now + interval(0))
end

if accepted > 0 then
  b.row, b.ok = 0, b.ok + accepted
  for _ = 1, min(accepted, 1000) do
    b.bad = b.bad - up(b.bad, 3333)
    b.gap = b.gap - max(0, up(b.gap - max(b.margin, b.bad + floor(b.bad / 20)), 50))
  end
end

local function refused(moment, retry_after)
  local news = moment > b.ref
  if news then
    b.ref = now
    local step = b.ok >= max(10, b.n) and 1.25 or 2
    b.bad = max(b.bad, b.gap)
    b.gap = max(b.gap, min(max(floor(b.gap * step), floor(b.per * 0.02)), b.per * 10))
    b.row, b.ok = b.row + 1, 0
  end
  if retry_after >= 0 then
    freeze(retry_after)
  elseif news then
    freeze(min(b.per * 2 ^ min(b.row - 1, 30), max(60 * SECOND, b.per)))
  end
end

local function correct(kind, place, ago)
  local field = 'r' .. place % b.n
  if kind == 'moved' then
    set(field, max(get(field), now - ago))
  elseif b.frz <= now then
    set(field, max(0, get(field) - b.per))
    b.tat = b.tat - interval(0)
  end
end

for _ = 1, number() do
  local kind, first, second = text(), text(), number()
  if kind == 'closed' then
    set('x:' .. first, max(get('x:' .. first), now + second))
  elseif kind == 'unused' then
    if has(first .. ':of') and get(first .. ':of') == second then set(first, max(0, get(first) - 1)) end
  elseif kind == 'moved' or kind == 'lost' then
    local place = tonumber(first) - b.gen
    if place >= b.c - b.n and place < b.c then correct(kind, place, second) end
  elseif kind == 'refused' then
    refused(now - tonumber(first), second)
  elseif kind == 'freeze' then
    freeze(tonumber(first))
  else
    b.tat = max(b.tat, now + window() + (b.burst - 1) * interval(0) + RETURN)
  end
end

local allowances = {}
for index = 1, number() do
  local each = {field = text(), period = text(), requests = number()}
  local day = floor(clock / DAY)
  each.of = each.period == 'day' and day or floor((day + 3) / 7)
  each.ends = (each.period == 'day' and each.of + 1 or (each.of + 1) * 7 - 3) * DAY
  each.used = has(each.field .. ':of') and get(each.field .. ':of') == each.of and get(each.field) or 0
  allowances[index] = each
end

local why, wait, used_up, first, slots = 'granted', 0, '', b.gen + b.c, {}

local function closed()
  if resource ~= '' and get('x:' .. resource) > now then
    why, wait, used_up = 'closed', get('x:' .. resource) - now, resource
    return true
  end
  for _, each in ipairs(allowances) do
    if each.requests - each.used <= 0 then
      why, wait, used_up = 'quota', each.ends - clock, each.field
      return true
    end
  end
  return false
end

local function take()
  local slack = floor(b.margin / (5 * max(1, b.per / SECOND)))
  local made_up = max(interval(late), slack)
  local starved = bulk and b.ib >= SHARE
  for _, each in ipairs(allowances) do want = min(want, each.requests - each.used) end
  while #slots < want do
    local due = b.tat - (b.burst - 1) * interval(0)
    local field = 'r' .. b.c % b.n
    if b.c >= b.n then due = max(due, get(field) + window()) end
    if due - now > horizon and not (starved and #slots == 0) then return due - now - horizon end
    local scheduled = max(due, now - waited)
    b.tat = max(b.tat, scheduled, now - made_up) + interval(late)
    set(field, max(scheduled, now - slack) + late)
    b.c = b.c + 1
    slots[#slots + 1] = max(0, due - now)
  end
  return 0
end

if want > 0 and not closed() then
  wait = b.frz - now
  if wait <= 0 then wait = take() end
  if bulk then
    if #slots > 0 then b.ib, b.bw = 0, 0 else b.bw = now + wait + SECOND end
  else
    b.ib = b.bw > now and b.ib + #slots or 0
  end
  for _, each in ipairs(allowances) do
    set(each.field, each.used + #slots); set(each.field .. ':of', each.of)
  end
  if #slots > 0 then wait = 0 else why = b.frz > now and 'frozen' or 'rate' end
end

for name, value in pairs(b) do set(name, value) end
local written = {}
for name, value in pairs(changed) do
  written[#written + 1] = name
  written[#written + 1] = string.format('%.0f', value)
  if #written >= 2000 then redis.call('HSET', key, unpack(written)); written = {} end
end
if #written > 0 then redis.call('HSET', key, unpack(written)) end
redis.call('PEXPIRE', key, floor(691200000 + 2 * window() / 1000))
return {why, used_up, wait, clock, b.gen, max(0, b.tat - now), max(0, b.frz - now), b.gap, b.n, b.per, b.burst, b.margin, first, unpack(slots)}
