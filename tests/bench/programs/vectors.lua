-- arithmetic on whole vectors of reals
local n = tonumber(arg[1])

local size, x, v, sum = 100000, {}, {}, 0
for i = 1, size do
  x[i] = i / 100000
  v[i] = 1 - x[i] * x[i]
end
for k = 1, n do
  for i = 1, size do v[i] = v[i] + 0.01 * (0.5 * x[i] - v[i]) end
  for i = 1, size do x[i] = 0.999 * x[i] + 0.001 * v[i] end
end
for i = 1, size do sum = sum + (x[i] * x[i] + v[i]) end
print(string.format("%.0f", 1e6 * sum))
