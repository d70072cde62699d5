-- the sum of the steps on n by n points
local n = tonumber(arg[1])

local function steps(a, b)
  local x, y, k = 0, 0, 0
  while k < 200 and x * x + y * y < 4 do
    x, y = x * x - y * y + a, 2 * x * y + b
    k = k + 1
  end
  return k
end
local total, h = 0, 2.5 * (1 / n)
for i = 0, n - 1 do
  for j = 0, n - 1 do
    total = total + steps(-2 + h * i, -1.25 + h * j)
  end
end
print(total)
