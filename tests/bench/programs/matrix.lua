-- the product of two n by n matrices by loops
local n = tonumber(arg[1])

local a, b, c = {}, {}, {}
for i = 1, n do
  a[i], b[i], c[i] = {}, {}, {}
  for j = 1, n do
    a[i][j] = i * j % 17 / 17
    b[i][j] = (i + 2 * j) % 13 / 13
  end
end
for i = 1, n do
  local row, out = a[i], c[i]
  for j = 1, n do
    local s = 0
    for k = 1, n do s = s + row[k] * b[k][j] end
    out[j] = s
  end
end
local trace = 0
for i = 1, n do trace = trace + c[i][i] end
print(string.format("%.0f", 1e3 * trace))
