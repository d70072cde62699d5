-- the five outer bodies of the solar system
local n = tonumber(arg[1])

local sqrt = math.sqrt
local year, sun = 365.24, 4 * 3.141592653589793 ^ 2
local x = {0, 4.84143144246472090, 8.34336671824457987, 12.8943695621391310, 15.3796971148509165}
local y = {0, -1.16032004402742839, 4.12479856412430479, -15.1111514016986312, -25.9193146099879641}
local z = {0, -0.103622044471123109, -0.403523417114321381, -0.223307578892655734, 0.179258772950371181}
local vx = {0, 0.00166007664274403694 * year, -0.00276742510726411110 * year, 0.00296460137564761618 * year, 0.00268067772490389322 * year}
local vy = {0, 0.00769901118419740425 * year, 0.00499852801234917238 * year, 0.00237847173959480950 * year, 0.00162824170038242295 * year}
local vz = {0, -0.0000690460016972063023 * year, 0.0000230417297573763929 * year, -0.0000296589568540237556 * year, -0.0000951592254519715870 * year}
local m = {sun, 0.000954791938424326609 * sun, 0.000285885980666130812 * sun, 0.0000436624404335156298 * sun, 0.0000515138902046611451 * sun}
for i = 2, 5 do
  vx[1] = vx[1] - vx[i] * m[i] / sun
  vy[1] = vy[1] - vy[i] * m[i] / sun
  vz[1] = vz[1] - vz[i] * m[i] / sun
end
local function energy()
  local e = 0
  for i = 1, 5 do
    e = e + 0.5 * m[i] * (vx[i] * vx[i] + vy[i] * vy[i] + vz[i] * vz[i])
    for j = i + 1, 5 do
      local dx, dy, dz = x[i] - x[j], y[i] - y[j], z[i] - z[j]
      e = e - m[i] * m[j] / sqrt(dx * dx + dy * dy + dz * dz)
    end
  end
  return e
end
local function advance(dt)
  for i = 1, 5 do
    for j = i + 1, 5 do
      local dx, dy, dz = x[i] - x[j], y[i] - y[j], z[i] - z[j]
      local square = dx * dx + dy * dy + dz * dz
      local factor = dt / (square * sqrt(square))
      vx[i] = vx[i] - dx * m[j] * factor
      vy[i] = vy[i] - dy * m[j] * factor
      vz[i] = vz[i] - dz * m[j] * factor
      vx[j] = vx[j] + dx * m[i] * factor
      vy[j] = vy[j] + dy * m[i] * factor
      vz[j] = vz[j] + dz * m[i] * factor
    end
  end
  for i = 1, 5 do
    x[i] = x[i] + dt * vx[i]
    y[i] = y[i] + dt * vy[i]
    z[i] = z[i] + dt * vz[i]
  end
end
print(string.format("%.0f", 1e9 * energy()))
for k = 1, n do advance(0.01) end
print(string.format("%.0f", 1e9 * energy()))
