-- the spectral norm of an infinite matrix, cut at n by n
local n = tonumber(arg[1])

local function a(i, j) return 1 / ((i + j) * (i + j + 1) / 2 + i + 1) end
local function times(v)
  local out = {}
  for i = 0, n - 1 do
    local s = 0
    for j = 0, n - 1 do s = s + a(i, j) * v[j + 1] end
    out[i + 1] = s
  end
  return out
end
local function transposedTimes(v)
  local out = {}
  for i = 0, n - 1 do
    local s = 0
    for j = 0, n - 1 do s = s + a(j, i) * v[j + 1] end
    out[i + 1] = s
  end
  return out
end
local u, v = {}, nil
for i = 1, n do u[i] = 1 end
for k = 1, 10 do
  v = transposedTimes(times(u))
  u = transposedTimes(times(v))
end
local uv, vv = 0, 0
for i = 1, n do
  uv = uv + u[i] * v[i]
  vv = vv + v[i] * v[i]
end
print(string.format("%.0f", 1e9 * math.sqrt(uv / vv)))
