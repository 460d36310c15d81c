/* Structs, unions, arrays, bit-fields, initialisers. */
int printf(const char *, ...);

typedef struct { unsigned long pte; } pte_t;
struct big { long a[5]; };
struct pair { long x; int y; };
struct three { char c[3]; };
struct twelve { int a, b, c; };
union u { int i; unsigned char b[4]; struct { short lo, hi; }; };
struct bits { unsigned a:3, b:5; int c:7; unsigned d:1; unsigned long e:37; _Bool f:1; signed int g:4; };
struct __attribute__((packed)) gate {
	unsigned short lo;
	unsigned sel:16;
	unsigned ist:3, z:5, type:4, s:1, dpl:2, p:1;
	unsigned short mid;
	unsigned hi;
	unsigned reserved;
};
struct flexible { int n; int items[]; };
struct node { struct node *next; int v; struct { int deep; union { int one; char bytes[4]; }; }; };
enum e { A = 3, B, C = -2, D };

static int arr[] = { [0 ... 3] = 7, [6] = 1, 2 };
static const char *names[] = { "zero", "one", [5] = "five" };
static struct { int n; struct pair p[2]; char s[8]; struct { int q; }; } nest = { 1, { { 2, 3 }, { 4 } }, "abc", { 5 } };
static struct flexible flex = { 3, { 10, 20, 30 } };
static pte_t ptes[2] = { { 1 }, { .pte = 2 } };
static struct node n1 = { 0, 1, { 2, { .one = 0x41424344 } } }, n2 = { &n1, 2 };
static char *inside = &nest.s[1];
static struct bits sbits = { .b = 9, .e = 0x1ffffffff, .g = -3 };
static int matrix[2][3] = { 1, 2, 3, 4, 5 };
static const struct pair *cp = &(struct pair){ 8, 9 };

static struct big mkbig(int n) { struct big b = { { n, n + 1, [4] = 9 } }; return b; }
static struct pair mkpair(long x, int y) { return (struct pair){ x, y }; }
static struct three mk3(int a) { struct three t = { { a, a + 1, a + 2 } }; return t; }
static struct twelve mk12(int a) { return (struct twelve){ a, a * 2, a * 3 }; }
static pte_t mkpte(unsigned long v) { return (pte_t){ v }; }
static inline unsigned long pteval(pte_t p) { return p.pte; }
static long sum(struct big b, struct pair p, struct three t, struct twelve q, pte_t e)
{
	return b.a[0] + b.a[1] + b.a[4] + p.x + p.y + t.c[2] + q.a + q.b * q.c + e.pte;
}

int main(void)
{
	struct big b = mkbig(3), c;
	struct pair p = mkpair(1000000000000L, -5), *pp = &p;
	struct three t = mk3(1);
	union u u = { .i = 0x12345678 };
	struct bits f = { 5, 17, -3, 1, 0x1234567890, 1, -7 };
	struct gate g = { 0 };
	pte_t pt = { 0x1000 }, *ptp = &pt;
	unsigned char *raw = (unsigned char *)&g;
	char local[20] = "local", *s;
	int m[3][4], (*pm)[4] = m, k, j;

	printf("%ld\n", sum(b, p, t, mk12(2), pt));
	b = mkbig(7);
	c = b;
	c.a[2]++;
	printf("%ld %ld %ld %d\n", c.a[0], c.a[2], mkbig(2).a[4], mk12(5).c);
	printf("%x %x %x\n", u.b[0], u.b[3], u.hi);
	u.lo = -1;
	printf("%x\n", u.i);
	printf("%d %d %d %d %lx %d %d %lu\n", f.a, f.b, f.c, f.d, (unsigned long)f.e, f.f, f.g, sizeof f);
	f.a += 4; f.c--; f.e ^= 0xff; f.b = f.a; f.g++; f.f = 0;
	printf("%d %d %d %lx %d %d\n", f.a, f.b, f.c, (unsigned long)f.e, f.g, f.f);
	g.lo = 0x1234; g.ist = 2; g.type = 14; g.p = 1; g.dpl = 3; g.hi = 0xffffffff;
	for (k = 0; k < (int)sizeof g; k++)
		printf("%02x ", raw[k]);
	printf("\n%d %d %d %d\n", B, D, (int)sizeof(enum e), arr[3] + arr[7]);
	for (k = 0; k < 6; k++)
		printf("%s ", names[k] ? names[k] : "-");
	printf("%ld %s %d %s\n", nest.p[1].x, nest.s, nest.q, inside);
	printf("%d %d %lu %d\n", flex.n, flex.items[2], sizeof flex, n2.next->bytes[0]);
	printf("%d %lx %d %ld\n", sbits.b, (unsigned long)sbits.e, sbits.g, cp->x);
	*ptp = mkpte(pt.pte | 7);
	printf("%lx %lx %lx\n", pt.pte, pteval(mkpte(0xdeadbeefcafe)), ptes[1].pte);
	for (k = 0; k < 3; k++)
		for (j = 0; j < 4; j++)
			m[k][j] = k * j;
	printf("%d %lu %d %d\n", m[2][3], sizeof m[0], pm[1][2] + (*(pm + 2))[1], matrix[1][1] + matrix[1][2]);
	pp->y = 4;
	{
		struct pair two[2] = { p, *pp };
		printf("%d %ld\n", two[1].y, &two[1] - two);
	}
	s = local;
	*s++ = 'L';
	printf("%s %ld %d %d\n", local, s - local, local[19], (int)sizeof local);
	(k ? &p : pp)->x = 12;
	printf("%ld %lu\n", p.x, __builtin_offsetof(struct node, bytes[2]));
	return 0;
}
