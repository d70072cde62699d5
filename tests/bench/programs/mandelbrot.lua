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
local total, per_point = 0, 1 / n
for i = 0, n - 1 do
  for j = 0, n - 1 do
    total = total + steps(-2 + 2.5 * i * per_point, -1.25 + 2.5 * j * per_point)
  end
end
print(total)
