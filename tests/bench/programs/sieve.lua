-- Eratosthenes, counted anew 200 times
local n = tonumber(arg[1])

local function primes(n)
  local flags, total = {}, 0
  for i = 1, n do flags[i] = true end
  flags[1] = false
  for i = 2, math.floor(math.sqrt(n)) do
    if flags[i] then
      for j = i * i, n, i do flags[j] = false end
    end
  end
  for i = 1, n do if flags[i] then total = total + 1 end end
  return total
end
local count = 0
for k = 1, 200 do count = count + primes(n + k) end
print(count)
