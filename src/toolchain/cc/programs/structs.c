/* Structs and unions by value, of every size from 1 to 40 bytes: arguments, results, assignment, varargs. ABI, "Classification". */
int printf(const char *, ...);
typedef __builtin_va_list va_list;

#define SIZES(X) X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11) X(12) X(13) X(14) X(15) X(16) X(17) X(18) X(23) X(24) X(25) X(32) X(33) X(40)

#define TYPE(n) struct s##n { unsigned char b[n]; };
SIZES(TYPE)

#define FUNCTIONS(n) \
static unsigned hash##n(struct s##n s) { unsigned h = n; for (int i = 0; i < n; i++) h = h * 31 + s.b[i]; s.b[0] = 0; return h; } \
__attribute__((noinline)) struct s##n make##n(int seed) { struct s##n s; for (int i = 0; i < n; i++) s.b[i] = seed + i * 3; return s; } \
__attribute__((noinline)) struct s##n pass##n(int a, struct s##n s, long b, struct s##n t, char c, struct s##n u) { s.b[0] += a; t.b[n - 1] += b; \
	u.b[n / 2] += c; return hash##n(s) & 1 ? t : u; } \
__attribute__((noinline)) struct s##n reverse##n(const struct s##n *p) { struct s##n r; for (int i = 0; i < n; i++) r.b[i] = p->b[n - 1 - i]; return r; } \
static inline struct s##n turn##n(const struct s##n *p) { return (struct s##n) { { [n - 1] = p->b[0], [0] = p->b[n - 1] } }; } \
static unsigned vary##n(int count, ...) { va_list l; unsigned h = 0; __builtin_va_start(l, count); \
	while (count--) { h = h * 7 + hash##n(__builtin_va_arg(l, struct s##n)); h += __builtin_va_arg(l, int); } __builtin_va_end(l); return h; } \
static void all##n(void) { \
	struct s##n a = make##n(1), b = make##n(77), c; \
	struct s##n v[3] = { [1] = a }; \
	c = a; c = reverse##n(&c); v[2] = c; v[0] = v[2]; \
	printf("%d %x %x %x\n", n, hash##n(a), hash##n(c), hash##n(v[0])); \
	c = n > 1 ? turn##n(&c) : b; \
	printf("%x %x\n", hash##n(c), hash##n(pass##n(1, a, 2, b, 3, c))); \
	printf("%x\n", pass##n(4, make##n(5), 6, pass##n(7, a, 8, b, 9, c), 10, v[1]).b[n / 2]); \
	printf("%x %x\n", vary##n(2, a, 1, b, 2), vary##n(5, a, 1, b, 2, c, 3, a, 4, b, 5)); \
	struct s##n (*f)(int) = make##n; \
	b = *(&v[1]); a = f(9); b = (a = b, v[2]); \
	printf("%x %x %x\n", hash##n(a), hash##n(b), ((struct s##n) { { 1, [n - 1] = 9 } }).b[n - 1]); \
}
SIZES(FUNCTIONS)

struct mixed { char c; short s; int i; };
struct pointers { char *p; const char *q; };
union u { int i; long l; char c[12]; };
struct nest { struct mixed m; union { short a; char b; }; };
struct flexible { int n; int v[]; };
struct __attribute__((packed)) tight { char c; long l; short s; };
struct __attribute__((aligned(16))) wide { int x; };

static struct mixed m(struct mixed x, struct nest y) { x.c += y.m.c; x.s -= y.a; x.i ^= y.m.i; return x; }
static struct pointers p(const char *s) { return (struct pointers) { (char *)s + 1, s }; }
static union u un(union u x, int i) { x.c[11] = i; x.i = i; return x; }
static struct tight ti(struct tight x, struct tight *y) { y->l += x.l; x.s++; return x; }

int main(void)
{
#define CALL(n) all##n();
	SIZES(CALL)
	struct mixed x = m((struct mixed) { 1, 2, 3 }, (struct nest) { { 4, 5, 6 }, .a = 7 });
	printf("%d %d %d\n", x.c, x.s, x.i);
	printf("%s %s\n", p("text").p, p("text").q);
	union u v = un((union u) { .l = 0x123456789a }, 7);
	printf("%lx %d %lu\n", v.l, v.c[11], sizeof(v));
	struct tight t = { 1, 2, 3 }, w = ti(t, &t);
	printf("%ld %d %ld %lu %lu\n", t.l, w.s, w.l, sizeof(t), _Alignof(struct tight));
	struct wide k[2];
	printf("%lu %d %lu\n", sizeof(k), (int)((unsigned long)&k[0] & 15), sizeof(struct flexible));
	struct { struct wide in; char c; } deep;
	printf("%lu %d\n", sizeof(deep), (int)((unsigned long)&deep & 15));
	return 0;
}
