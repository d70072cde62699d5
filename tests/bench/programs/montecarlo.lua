-- pi by n points from a linear congruential generator
local n = tonumber(arg[1])

local state = 42
local function coordinate()
  state = (1664525 * state + 1013904223) % 4294967296
  return state / 4294967296
end
local hits = 0
for i = 1, n do
  local x, y = coordinate(), coordinate()
  if x * x + y * y <= 1 then hits = hits + 1 end
end
print(hits)
