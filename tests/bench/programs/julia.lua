-- the sum of the steps on n by n points
local n = tonumber(arg[1])

local function steps(x, y)
  local k = 0
  while k < 200 and x * x + y * y < 4 do
    x, y = x * x - y * y - 0.8, 2 * x * y + 0.156
    k = k + 1
  end
  return k
end
local total, h = 0, 3 * (1 / n)
for i = 0, n - 1 do
  for j = 0, n - 1 do
    total = total + steps(-1.5 + h * i, -1.5 + h * j)
  end
end
print(total)
