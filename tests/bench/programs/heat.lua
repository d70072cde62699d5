-- heat spreading over a plate
local n = tonumber(arg[1])

local size = 200
local t, new = {}, {}
for i = 1, size do
  t[i], new[i] = {}, {}
  for j = 1, size do
    t[i][j] = i == 1 and 100 or 0
    new[i][j] = t[i][j]
  end
end
for k = 1, n do
  for i = 2, size - 1 do
    local up, here, down, out = t[i - 1], t[i], t[i + 1], new[i]
    for j = 2, size - 1 do
      out[j] = here[j] + 0.2 * (up[j] + down[j] + here[j - 1] + here[j + 1] - 4 * here[j])
    end
  end
  for i = 1, size do
    for j = 1, size do t[i][j] = new[i][j] end
  end
end
print(string.format("%.0f", 1e9 * t[10][100]))
