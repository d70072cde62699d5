-- a checksum of the digit sums of squares
local n = tonumber(arg[1])

local floor = math.floor
local function digitSum(rest)
  local sum = 0
  while rest > 0 do
    sum = sum + rest % 10
    rest = floor(rest / 10)
  end
  return sum
end
local sums, checksum = {}, 7
for k = 1, n do sums[k] = digitSum(k * k) end
for k = 1, n do checksum = (31 * checksum + sums[k]) % 1000000007 end
print(checksum)
