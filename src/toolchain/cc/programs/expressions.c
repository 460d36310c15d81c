/* Integer expressions: conversions, promotions, wrap-around, shifts, division, comparison. */
int printf(const char *, ...);

static signed char sc = -5;
static unsigned char uc = 250;
static short ss = -30000;
static unsigned short us = 60000;
static int i = -7, big = 0x7fffffff;
static unsigned u = 3000000000u;
static long l = -5000000000;
static unsigned long ul = 0xfedcba9876543210;
static _Bool flag = 1;

static long zero(void) { return 0; }
static int side;
static int count(int v) { side++; return v; }

int main(void)
{
	int a = 17, b = -5, n;
	unsigned x = 17;
	long w;

	printf("%d %d %d %d\n", a / b, a % b, -a / 3, -a % 8);
	printf("%u %u %d %d\n", x / 5, x % 4, a / 8, b / 4);
	printf("%d %d %u %u\n", a << 3, b >> 1, u >> 4, u << 1);
	printf("%ld %ld %lu\n", l / 7, l % 1000, ul / 10);
	printf("%d %d %d %d\n", sc + uc, sc * ss, us + us, (unsigned char)(uc + 10));
	printf("%d %d %d\n", (signed char)200, (short)70000, (int)(unsigned short)-1);
	printf("%d %d %d %d\n", sc < uc, i < (long)u, (unsigned)i < u, l < (long)ul);
	printf("%d %d\n", -1 < 1u, (long)-1 < 1u);
	printf("%lx %lx %lx\n", (long)i, (unsigned long)u, (unsigned long)(unsigned)i);
	printf("%x %x %x\n", ~a, -a, !a);
	printf("%d %d %d\n", a & 12 | 3 ^ 6, (a | 64) & ~1, a ^ b);
	printf("%d %d\n", a > 3 && b < 0 || count(1), side);
	printf("%d %d\n", a > 30 && count(1), side);
	printf("%d\n", (count(1), count(2), side));
	printf("%d %d %d\n", (_Bool)0x100, (_Bool)0, flag + flag);
	n = 5;
	n += 3; n -= 1; n *= 6; n /= 4; n %= 7; n <<= 4; n >>= 1; n |= 3; n &= ~2; n ^= 5;
	printf("%d\n", n);
	uc += 10; sc -= 124; us *= 3; ss <<= 1; ss >>= 2;
	printf("%d %d %d %d\n", uc, sc, us, ss);
	uc++; ++us; sc--; flag++;
	printf("%d %d %d %d\n", uc, us, sc, flag);
	w = n++ * 2;
	printf("%d %ld\n", n--, w);
	printf("%d %ld\n", n, (long)big + 1);
	printf("%lx %lx\n", ul & 0xffffffff, ul & 0xff00);
	printf("%lx %lx\n", ul >> 60, (long)ul >> 60);
	printf("%ld %ld\n", l * 3, l - (l << 1));
	printf("%d %s\n", zero() ? 1 : 2, a > b ? "greater" : "less");
	printf("%ld %ld %ld %ld\n", l / 2, l % 16, l / -8, (l >> 3) % 1);
	printf("%lu %lu\n", sizeof(char), sizeof(a + l));
	printf("%d %d %d\n", 'a', '\n', '\x41');
	printf("%d %d\n", 0b1011, 0777);
	for (n = 0; n < 6; n++)
		printf("%d,%d,%d ", n * 3 / 2, 100 / (n + 1), 1 << n);
	printf("%d\n", (a ?: 3) + (0 ?: 4));
	return 0;
}
