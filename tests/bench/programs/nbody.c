/* nbody: the five outer bodies of the solar system */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { BODIES = 5 };
#define YEAR 365.24
#define SUN (4 * 3.141592653589793 * 3.141592653589793)
static double x[] = {0., 4.84143144246472090, 8.34336671824457987, 12.8943695621391310, 15.3796971148509165};
static double y[] = {0., -1.16032004402742839, 4.12479856412430479, -15.1111514016986312, -25.9193146099879641};
static double z[] = {0., -0.103622044471123109, -0.403523417114321381, -0.223307578892655734, 0.179258772950371181};
static double vx[] = {0., 0.00166007664274403694 * YEAR, -0.00276742510726411110 * YEAR,
                      0.00296460137564761618 * YEAR, 0.00268067772490389322 * YEAR};
static double vy[] = {0., 0.00769901118419740425 * YEAR, 0.00499852801234917238 * YEAR,
                      0.00237847173959480950 * YEAR, 0.00162824170038242295 * YEAR};
static double vz[] = {0., -0.0000690460016972063023 * YEAR, 0.0000230417297573763929 * YEAR,
                      -0.0000296589568540237556 * YEAR, -0.0000951592254519715870 * YEAR};
static double m[] = {SUN, 0.000954791938424326609 * SUN, 0.000285885980666130812 * SUN,
                     0.0000436624404335156298 * SUN, 0.0000515138902046611451 * SUN};

static double energy(void)
{
    double e = 0;
    for (int i = 0; i < BODIES; i++) {
        e += 0.5 * m[i] * (vx[i] * vx[i] + vy[i] * vy[i] + vz[i] * vz[i]);
        for (int j = i + 1; j < BODIES; j++) {
            double dx = x[i] - x[j], dy = y[i] - y[j], dz = z[i] - z[j];
            e -= m[i] * m[j] / sqrt(dx * dx + dy * dy + dz * dz);
        }
    }
    return e;
}

static void advance(double dt)
{
    for (int i = 0; i < BODIES; i++)
        for (int j = i + 1; j < BODIES; j++) {
            double dx = x[i] - x[j], dy = y[i] - y[j], dz = z[i] - z[j];
            double square = dx * dx + dy * dy + dz * dz, factor = dt / (square * sqrt(square));
            vx[i] -= dx * m[j] * factor;
            vy[i] -= dy * m[j] * factor;
            vz[i] -= dz * m[j] * factor;
            vx[j] += dx * m[i] * factor;
            vy[j] += dy * m[i] * factor;
            vz[j] += dz * m[i] * factor;
        }
    for (int i = 0; i < BODIES; i++) {
        x[i] += dt * vx[i];
        y[i] += dt * vy[i];
        z[i] += dt * vz[i];
    }
}

int main(int count, char **arguments)
{
    int64_t n = count > 1 ? atol(arguments[1]) : 1000;
    for (int i = 1; i < BODIES; i++) {
        vx[0] -= vx[i] * m[i] / SUN;
        vy[0] -= vy[i] * m[i] / SUN;
        vz[0] -= vz[i] * m[i] / SUN;
    }
    printf("%.0f\n", rint(1e9 * energy()));
    for (int64_t k = 0; k < n; k++) advance(0.01);
    printf("%.0f\n", rint(1e9 * energy()));
    return 0;
}
