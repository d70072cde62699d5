-- Conway's game of life on a torus
local n = tonumber(arg[1])

local size, state = 256, 42LL
local function random()
  state = (1103515245LL * state + 12345LL) % 2147483648LL
  return tonumber(state / 65536LL)
end
local cells = {}
for i = 1, size do
  cells[i] = {}
  for j = 1, size do cells[i][j] = random() % 2 end
end
local function step(c)
  local new = {}
  for i = 1, size do
    local up = c[i == 1 and size or i - 1]
    local here = c[i]
    local down = c[i == size and 1 or i + 1]
    local row = {}
    for j = 1, size do
      local left, right = j == 1 and size or j - 1, j == size and 1 or j + 1
      local around = up[left] + up[j] + up[right] + here[left] + here[right] + down[left] + down[j] + down[right]
      if around == 3 or around == 2 and here[j] == 1 then row[j] = 1 else row[j] = 0 end
    end
    new[i] = row
  end
  return new
end
for generation = 1, n do cells = step(cells) end
local total = 0
for i = 1, size do for j = 1, size do total = total + cells[i][j] end end
print(total)
