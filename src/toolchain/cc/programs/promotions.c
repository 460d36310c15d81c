/* A bit-field narrower than int is an int in arithmetic, also as the value of what assigns to it. C11, 6.3.1.1. */
int printf(const char *, ...);
#define SHOW(e) printf("%s: %d\n", #e, (int)(e))

struct b { unsigned u : 5; unsigned long w : 9; unsigned char c : 3; _Bool f : 1; int s : 6; unsigned full : 32; } b, *p = &b;

static unsigned short h; static unsigned char c, *pc = &c; static short hs[2]; static signed char cs[2]; static _Bool f;
static volatile struct { unsigned char c; unsigned short h; } v, *pv = &v;

int main(void)
{
	SHOW((b.u = 1) - 2 < 0);
	b.u = 3;
	SHOW((b.u += 1) - 9 < 0);
	SHOW((b.u -= 5) > 0);
	SHOW((b.u <<= 1) - 100 < 0);
	SHOW((b.u ^= 7) - 100 < 0);
	SHOW((b.u /= 2) - 100 < 0);
	SHOW(++b.u - 100 < 0);
	SHOW(--p->u - 100 < 0);
	SHOW(b.u++ - 100 < 0);
	SHOW(p->u-- - 100 < 0);
	SHOW((0, b.u) - 100 < 0);
	SHOW(({ b.u; }) - 100 < 0);
	SHOW(({ 0, p->u = 2; }) - 100 < 0);
	SHOW((0, ({ b.u += 30; })) - 100 < 0);
	SHOW((b.w = 500) - 501 < 0);
	SHOW((b.w += 100) - 501 < 0);
	SHOW((b.c = 5) - 9 < 0);
	SHOW((b.f = 7) - 2 < 0);
	SHOW((b.s = 33) < 0);
	SHOW((b.full = 1) - 2 < 0);
	SHOW(-(b.u = 1) < 0);
	SHOW(~(b.u = 1) < 0);
	SHOW(+(b.u = 31) - 32 < 0);
	SHOW((1 ? b.u : 0) - 100 < 0);
	SHOW((b.u = b.w = b.c = 6) - 7 < 0);
	SHOW(sizeof(+b.w) == sizeof(int));
	SHOW(_Generic(+(b.u = 1), int: 1, unsigned: 2));
	SHOW((b.u = 1) << 31 < 0);
	SHOW((b.u = 1) * -1 >> 1);
	SHOW((b.u = 7) % -4);
	SHOW((b.u = 7) > -1);
	SHOW((h = -14) - 3 < 0);
	SHOW((c = 200) - 3 < 0);
	SHOW((*pc = ~7) > 100);
	SHOW((hs[1] = 65535) + 1);
	SHOW((cs[1] = 255) + 1);
	SHOW((pv->c = -1) + (pv->h = -1));
	SHOW((h = c = 300) - 45);
	SHOW((f = 200) - 3 < 0);
	return b.u + b.w + b.c;
}
