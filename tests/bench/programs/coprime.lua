-- pairs without a common divisor, by Euclid's algorithm
local n = tonumber(arg[1])

local function gcd(x, y)
  while y ~= 0 do x, y = y, x % y end
  return x
end
local pairs = 0
for i = 1, n do
  for j = 1, n do
    if gcd(i, j) == 1 then pairs = pairs + 1 end
  end
end
print(pairs)
