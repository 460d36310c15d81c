/* Bit-fields: layout as gcc's, signedness, zero width, packing, unions, every way to change one. ABI, "Bit-Fields". */
int printf(const char *, ...);
void *memset(void *, int, unsigned long);

struct a { int x : 3; unsigned y : 5; int z : 24; };
struct b { char c; int x : 7; long l : 40; short s : 9; };
struct c { unsigned x : 4; unsigned : 0; unsigned y : 4; unsigned : 3; unsigned z : 30; };
struct __attribute__((packed)) d { char c; int x : 20; unsigned long y : 33; short t; };
struct e { unsigned char a : 3, b : 3, c : 3; _Bool f : 1, g : 1; };
struct f { unsigned long low : 12, frame : 40, high : 11, nx : 1; };
union g { unsigned raw; struct { unsigned present : 1, write : 1, user : 1, rest : 29; }; };
struct h { int : 5; int a : 5; short b; int c : 5; long : 0; char d; };
enum color { RED, GREEN, BLUE };
struct i { enum color c : 2; unsigned short u : 16; int full : 32; long all : 64; };
struct j { char head[3]; unsigned t : 9; char tail; };
struct k { struct a in; int w : 1; struct { int deep : 6; } n[3]; };

#define DUMP(v) dump(#v, &(v), sizeof(v), _Alignof(__typeof__(v)))
static void dump(const char *name, const void *p, unsigned long size, unsigned long align)
{
	printf("%s %lu %lu:", name, size, align);
	for (unsigned long i = 0; i < size; i++) printf(" %02x", ((const unsigned char *)p)[i]);
	printf("\n");
}

static struct a ga = { -1, 17, -5 };
static struct b gb = { 'b', .l = -0x123456789l, .s = 0xff, .x = -7 };
static struct d gd = { 1, -3, 0x1ffffffff, 4 };
static struct f gf = { .frame = 0xabcdef0123, .nx = 1, .low = 0x67 };
static union g gg = { .present = 1, .rest = 0x1234567 };
static struct k gk = { { 1, 2, 3 }, -1, { { 5 }, [2] = { -6 } } };

static int sum(struct a v)
{
	return v.x + v.y + v.z;
}

static struct f make(unsigned long frame, int nx)
{
	struct f v = { 0 };

	v.frame = frame;
	v.nx = nx;
	v.low |= 0x21;
	v.low &= ~1;
	return v;
}

static volatile struct a va;

int main(void)
{
	struct a a = { 0 };
	struct b b;
	struct c c;
	struct e e = { 0 };
	struct h h;
	static struct i i = { BLUE, 0xffff, -1, -1 };
	struct j j;

	DUMP(ga); DUMP(gb); DUMP(gd); DUMP(gf); DUMP(gg); DUMP(gk); DUMP(i);
	memset(&b, 0xa5, sizeof(b)); memset(&c, 0xa5, sizeof(c)); memset(&h, 0xa5, sizeof(h)); memset(&j, 0xa5, sizeof(j));
	for (int n = -9; n < 10; n++) {
		a.x = n; a.y = n; a.z = n * 0x123456;
		printf("%d %d %d %d\n", a.x, a.y, a.z, sum(a));
		printf("%d %d %d\n", a.x++, ++a.y, a.z--);
		printf("%d %d %d\n", a.x += n, a.y -= n, a.z *= n);
		printf("%d %d %d\n", a.x <<= 1, a.y >>= 1, a.z ^= 0x55aa55);
		printf("%d\n", (a.x = n) + (a.y = n));
		b.x = n; b.l = n * 0x123456789l; b.s = n * 77;
		c.x = n; c.y = ~n; c.z = n * 0x1234567;
		e.a = n; e.b = n + 1; e.c = n + 2; e.f = n & 1; e.g = n;
		h.a = n; h.b = n; h.c = -n; h.d = n;
		j.t = n; j.tail = n;
		printf("%d %ld %d %u %u %u %d %d %d %d %d %d %d %d\n", b.x, (long)b.l, b.s, c.x, c.y, c.z, e.a, e.b, e.c, e.f, e.g, h.a, h.c, j.t);
		DUMP(a); DUMP(b); DUMP(c); DUMP(e); DUMP(h); DUMP(j);
		gf = make(0xffffffffff + n, n & 1);
		DUMP(gf);
		gg.write = n; gg.user = gg.write && n > 3; gg.rest += n;
		printf("%x %d\n", gg.raw, gg.rest > 0x1234567);
		va.x = n; va.y += n;
		printf("%d %d\n", va.x, va.y);
		i.c = (enum color)(n & 3); i.u += n; i.full -= n; i.all *= n;
		printf("%d %d %d %ld\n", i.c, i.u, i.full, (long)i.all);
		gk.n[1].deep = n; gk.w = n; gk.in.y = gk.n[1].deep;
		DUMP(gk);
		if (a.x < 0) printf("negative\n");
		if (a.y & 4) printf("bit\n");
		switch (a.x) { case -4: printf("least\n"); break; case 3: printf("most\n"); break; default: break; }
	}
	return 0;
}
