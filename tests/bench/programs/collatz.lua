-- the longest Collatz sequence that starts below n
local n = tonumber(arg[1])

local function steps(x)
  local k = 0
  while x ~= 1 do
    if x % 2 == 0 then x = x / 2 else x = 3 * x + 1 end
    k = k + 1
  end
  return k
end
local longest, best = 0, 0
for i = 1, n - 1 do
  local k = steps(i)
  if k > longest then longest, best = k, i end
end
print(best .. " " .. longest)
