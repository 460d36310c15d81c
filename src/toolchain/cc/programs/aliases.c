/* Pointers, aliases, loops and inlining that optimisers get wrong. */
int printf(const char *, ...); void *memcpy(void *, const void *, unsigned long); void *memset(void *, int, unsigned long);
typedef unsigned char u8; typedef unsigned long u64; typedef unsigned u32;
#define L(e) printf("%d: %ld\n", __LINE__, (long)(e))
#define noinline __attribute__((noinline))
#define always static inline __attribute__((always_inline))
struct pair { int a, b; }; struct one { long v; }; struct node { struct node *next; int v; struct one o; };
static int ga = 1, gb = 2, *gp = &ga; static struct node n1, n2 = { &n1, 5, { 7 } }, n1 = { &n2, 6, { 8 } };
static noinline int alias(int *a, int *b) { *a = 1; *b = 2; return *a; }
static noinline int alias2(struct pair *p, int *q) { int x = p->a; *q = x + 5; return p->a + x; }
static noinline long alias3(long *p, u8 *c) { long x = *p; c[0]++; c[7] = 1; return *p - x; }
always int clampi(int x, int lo, int hi) { if (x < lo) return lo; if (x > hi) return hi; return x; }
always int first_of(const int *p, int n, int w) { for (int i = 0; i < n; i++) if (p[i] == w) return i; return -1; }
always struct pair mk(int a, int b) { struct pair p = { a, b }; if (a > b) { p.a = b; p.b = a; } return p; }
always struct one inc(struct one o) { o.v++; return o; }
always struct one add(struct one a, struct one b) { return (struct one) { a.v + b.v }; }
always long modifies(long x) { x *= 2; x += 3; return x; }
always void out(int *p, int v) { *p = v; v = 0; (void)v; }
always u8 narrow(int x) { return x; }
always _Bool truth(long x) { return x; }
always int sign(signed char c) { return c < 0; }
always int two_returns(int x) { if (x) { return 5; } else { for (;;) { if (++x > 3) return x; } } }
always int nest(int a) { return clampi(modifies(a), narrow(a) ? -5 : 5, two_returns(a)); }
static inline int rec(int n) { return n > 0 ? n + rec(n - 1) : 0; }
static int apply(int (*f)(int), int x) { return f(x) + f(x + 1); }
static int sq(int x) { return x * x; }
static noinline int swapn(int *x, int *y) { int t = *x; *x = *y; *y = t; return *x * 10 + *y; }
static noinline void reverse(char *s, int n) { for (int i = 0, j = n - 1; i < j; i++, j--) { char t = s[i]; s[i] = s[j]; s[j] = t; } }
static noinline long collatz(u64 n) { long c = 0; while (n != 1) { n = n & 1 ? 3 * n + 1 : n / 2; c++; } return c; }
static noinline u32 crc(const u8 *p, int n) { u32 c = ~0u;
	while (n--) { c ^= *p++; for (int k = 0; k < 8; k++) c = c & 1 ? c >> 1 ^ 0xedb88320u : c >> 1; } return ~c; }
static noinline int regs(int a, int b, int c, int d, int e, int f) { int g = a * b, h = c * d, i = e * f, j = a + c, k = b + d, l = e - f, m = a - f, n = b ^ e,
	o = c | f, p = d & a, q = g + h, r = i - j, s = k * l, t = m + n;
	return a + b + c + d + e + f + g + h + i + j * 2 + k * 3 + l * 4 + m * 5 + n * 6 + o * 7 + p * 8 + q / (r | 1) + s % (t | 1) + (g << (h & 3)) + (i >> (j & 3));
	}
static noinline long divs(long a, long b, int c, u32 d) {
	return a / b + a % b * 2 + c / 3 + c % 5 * 7 + d / 9 + d % 11 + a / c + b % (d + 1) + (a << (b & 7)) + (c >> (d & 15)); }
static noinline int cmp(long a, u64 b, int c, u32 d, signed char e, u8 f) {
	return (a < (long)b) | (b < (u64)a) << 1 | (c < (int)d) << 2 | (d < (u32)c) << 3 | (e < f) << 4 | (c < e) << 5
	    | (d < f) << 6 | ((u64)e > b) << 7 | (a == e) << 8 | (f != d) << 9 | (c <= e) << 10 | (d >= f) << 11; }
static int matrix[4][5][6]; static int *rows[4];
static int (*const ops[])(int) = { sq, rec };
static struct { struct pair p[3]; union { u64 raw; u8 b[8]; struct { u32 lo, hi; }; }; struct node *n; } big = { { { 1, 2 }, { 3, 4 }, { 5, 6 } },
	{ 0x1122334455667788 }, &n2 };
int main(void)
{
	int x = 3, y = 4, *px = &x, **ppx = &px, arr[10] = { 9, 8, 7, 6, 5, 4, 3, 2, 1, 0 }; struct pair p = { 1, 2 }, q; struct one o = { 5 }; long l = 100;
		char s[] = "abcdefg"; u8 bytes[9] = "12345678";
	L(alias(&x, &x)); L(alias(&x, &y)); L(alias2(&p, &p.a)); L(alias2(&p, &p.b)); L(alias3(&l, (u8 *)&l)); L(l);
	L(clampi(5, 1, 3)); L(clampi(x, y, 10)); L(first_of(arr, 10, 4)); L(first_of(arr, 3, 4)); q = mk(7, 3); L(q.a * 10 + q.b); q = mk(q.b, q.a); L(q.a * 10 + q.b);
		q = mk(mk(5, 4).b, mk(1, 9).a); L(q.a * 10 + q.b);
	o = inc(inc(o)); L(o.v); o = add(o, inc(o)); L(o.v); L(add(add(o, o), (struct one) { 1 }).v); L(modifies(l) + l); l = modifies(l); L(l); out(&x, x + 1); L(x);
		out(px, **ppx * 2); L(x); L(narrow(300)); L(narrow(-1) + 1); L(truth(0x100)); L(truth(1l << 40)); L(sign(200)); L(sign(x = 127)); L(two_returns(0));
		L(two_returns(2)); L(nest(2)); L(nest(0x100)); L(nest(-200)); L(rec(10)); L(apply(sq, 3)); L(apply(rec, 4)); L(ops[0](5) + ops[1](5));
	L(swapn(&x, &y)); L(swapn(arr, arr + 9)); L(swapn(&x, &x)); reverse(s, 7); L(s[0] + s[6] * 256); L(collatz(27)); L(crc((const u8 *)"123456789", 9));
		L(regs(1, 2, 3, 4, 5, 6)); L(regs(-7, 11, -13, 17, -19, 23)); L(divs(-1000, 7, -50, 77)); L(divs(123456789012, -3, 99, 4000000000));
		L(cmp(-1, 1, -1, 1, -1, 255)); L(cmp(5, -5, 5, -5, 5, 5)); L(cmp(0, 0, 0, 0, 0, 0));
	for (int i = 0; i < 4; i++) { rows[i] = &matrix[i][i][i]; for (int j = 0; j < 5; j++) for (int k = 0; k < 6; k++) matrix[i][j][k] = i * 100 + j * 10 + k;
		} L(matrix[3][4][5]); L(rows[2][3]); L(*(matrix[1][2] + 3)); L((*matrix)[1][1]); L(**matrix[2]); L(&matrix[2][0][0] - &matrix[0][0][0]); L(rows[3] - rows[0]);
		L(((int *)matrix)[77]);
	L(big.p[2].b + big.p[x & 1].a); L(big.hi == 0x11223344); L(big.b[1]); big.lo = 0; L(big.raw); L(big.n->next->v + big.n->next->next->o.v);
		big.n->next->o.v += 3; L(n1.o.v); big.p[1] = big.p[0]; L(big.p[1].b); *(&big.p[0] + 2) = (struct pair) { 8, 9 }; L(big.p[2].a); L((&big)->p->b);
		L((*big.p).a);
	{ int i = 0; arr[i++] = i; L(arr[0] >= 0); i = 2; arr[i] = arr[i + 1]++ + --arr[i - 1]; L(arr[1] * 100 + arr[2] * 10 + arr[3]); int *r = arr + 5; *r = r[1];
		r++; r[-1] += r[0] * 2; L(*--r); L(r - arr); r += 3; r -= x & 1; L(r[0]); L(*(r - 2)); L(r > arr && r <= &arr[10]); L((u64)(r + 1) - (u64)r); r = 0; L(!r);
		L(r == 0 ? 1 : *r); }
	{ volatile int v = 1; v++; v += v; L(v); (void)v; volatile struct pair vp = { 1, 2 }; vp.a += vp.b++; L(vp.a * 10 + vp.b); struct pair cp = vp; L(cp.b);
		int *volatile vp2 = &x; *vp2 = 77; L(x); }
	{ memcpy(bytes, bytes + 1, 7); memset(bytes + 6, 0x31, 2); u64 w; memcpy(&w, bytes, 8); L(w); u32 h = 0; for (u8 *b = bytes; *b; b++) h = h * 31 + *b; L(h); }
	{ static int count; struct pair *pp = &(struct pair) { 3, 4 }; pp->a += ++count; L(pp->a);
		for (int i = 0; i < 3; i++) { int *t = (int[]) { i, i * 2 }; count += t[1]++; int k[3] = { i }; count += k[0] + k[1]; k[1] = 9; } L(count);
		L(((int[]) { 1, 2, 3 })[1]); L(sizeof((char[]) { "four" })); }
	{ int a = 5, b = 7; a ^= b; b ^= a; a ^= b; L(a * 10 + b); a = b = x = 4; L(a + b + x); a += b -= 2; L(a * 10 + b); a = (b > 1) + (b > 2) * 2 - !(a & 1); L(a);
		L(a > b ? a : b); L((a > b) == (b < a)); a = -a; L(a < 0 ? -a : a); L(a && b || !a); L((a, b)); unsigned z = a; L(z > 5); L((int)z < 5); L(z % 7); L(a % 7);
		L((z >> 28) + (a >> 28)); L(-z); }
	return ga + gb + *gp;
}
