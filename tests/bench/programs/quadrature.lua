-- the integral of 4/(1 + x^2) by n strips
local n = tonumber(arg[1])

local h, sum = 1 / n, 0
for k = 1, n do
  local x = (k - 0.5) * h
  sum = sum + 4 / (1 + x * x)
end
print(string.format("%.0f", 1e9 * h * sum))
