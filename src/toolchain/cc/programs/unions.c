/* The last member of a union that an initialiser names is the one it holds; casts to unions. C11, 6.7.9p19; GNU C. */
int printf(const char *, ...);

struct t { union { struct { int a, b; } p; struct { int c, d; } q; long l; char s[12]; } u; int after; };
union nested { struct { union { long a; struct { char x, y; } b; } in; int k; } one; struct { long m, n; } two; };
struct anonymous { int first; union { struct { int a, b, c; }; struct { short d, e, f; }; const char *name; }; };
union u { long l; int i; unsigned char c; const char *s; struct { short x, y; } xy; };

#define DUMP(v) dump(#v, &(v), sizeof(v))
static void dump(const char *what, const void *p, unsigned long size)
{
	printf("%s:", what);
	for (unsigned long i = 0; i < size; i++) printf(" %02x", ((const unsigned char *)p)[i]);
	printf("\n");
}
static int take(union u v) { return v.i + 1; }

static struct t g1 = { .u.p.b = 3, .u.q.c = 7 }, g2 = { .u.p.a = 1, .u.p.b = 2, .u.s = "xyz" },
	g3 = { .u = { .p = { 1, 2 } }, .u.l = -1, .u.q.d = 5, .after = 9 };
static struct t g4[3] = { [0 ... 2] = { .u.p = { 1, 2 }, .after = 3 }, [1].u.q.d = 8, [2].u.p.b = 6 };
static union nested n1 = { .one.in.a = -1, .one.in.b.y = 4, .one.k = 5 }, n2 = { .one.in.a = -1, .two.n = 4, .one.k = 6 };
static struct anonymous a1 = { 1, .b = 2, .c = 3, .e = 4 }, a2 = { 1, .name = "n", .a = 5 };
static union u s1 = { .s = "text", .c = 1 };

int main(void)
{
	struct t l1 = { .u.p.b = 3, .u.q.c = 7 }, l2 = { .u.p.a = 1, .u.p.b = 2, .u.s = "xyz" }, l3 = { .u = { .p = { 1, 2 } }, .u.l = -1, .u.q.d = 5, .after = 9 };
	struct t l4[3] = { [0 ... 2] = { .u.p = { 1, 2 }, .after = 3 }, [1].u.q.d = 8, [2].u.p.b = 6 };
	union nested m1 = { .one.in.a = -1, .one.in.b.y = 4, .one.k = 5 }, m2 = { .one.in.a = -1, .two.n = 4, .one.k = 6 };
	struct anonymous b1 = { 1, .b = 2, .c = 3, .e = 4 };
	long x = 0x123456789;
	DUMP(g1); DUMP(g2); DUMP(g3); DUMP(g4); DUMP(n1); DUMP(n2); DUMP(a1); DUMP(l1); DUMP(l2); DUMP(l3); DUMP(l4); DUMP(m1); DUMP(m2); DUMP(b1);
	printf("%d %d %d\n", a2.a, a2.b, s1.c);
	printf("%ld %d %d %s\n", ((union u)x).l, ((union u)5).i, take((union u)7), ((union u)(const char *)"cast").s);
	union u copy = (union u)(x + 1);
	printf("%ld %d\n", copy.l, ((union u)(unsigned char)200).c);
	return 0;
}
