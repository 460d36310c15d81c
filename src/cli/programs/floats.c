/* Floating point: arithmetic, rounding, printing, reading; single, double and long double. */
#include <fenv.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static double series(int n)
{
	double sum = 0;

	for (int i = 1; i <= n; i++)
		sum += 1.0 / ((double)i * i);
	return sum;
}

static void multiply(double *c, const double *a, const double *b, int n)
{
	for (int i = 0; i < n; i++)
		for (int j = 0; j < n; j++) {
			c[i * n + j] = 0;
			for (int k = 0; k < n; k++)
				c[i * n + j] += a[i * n + k] * b[k * n + j];
		}
}

int main(void)
{
	double a[64], b[64], c[64], zero = 0;
	float f = 0;

	printf("%.17g %g %e %a\n", series(1000), 1e300 * 10, 12345.678, 0.1);
	for (int i = 0; i < 64; i++) {
		a[i] = i / 7.0;
		b[i] = (i * 13 % 64) - 31.5;
	}
	multiply(c, a, b, 8);
	printf("%.10f %.10f %.10f\n", c[0], c[27], c[63]);
	for (int i = 0; i < 1000; i++)
		f += 0.1f;
	printf("%.9g %d %u\n", f, (int)-2.9, (unsigned)3e9);
	printf("%.15g %.15g %.15g\n", sqrt(2), floor(-2.5), fabs(-0.0));
	printf("%f %f %f\n", 1 / zero, -1 / zero, zero / zero);
	printf("%.6f %.3e %g\n", strtod("3.14159265358979", NULL), atof("-1e-310"), DBL_MIN);
	printf("%d %d %d\n", 0.1 + 0.2 == 0.3, zero / zero == zero / zero, (long long)1e18 == 1000000000000000000LL);
	printf("%.20Lg %.5Lf\n", 1.0L / 3, (long double)series(10));
	float narrow = (float)1e-40, sum = 0;
	for (int i = 0; i < 10; i++)
		sum += narrow * (float)i;
	printf("%g %g\n", narrow, sum);
	printf("%.17g %.17g\n", (double)(1LL << 53) + 1.0, (double)18446744073709551615ULL);
	return (int)(series(100) * 100) % 256;
}
