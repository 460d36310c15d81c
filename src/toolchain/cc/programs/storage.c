/* Storage and qualifiers: static locals, extern, register, volatile, const, inline in its three forms, thread-local, forward declarations. */
int printf(const char *, ...);
extern int later; int later = 4; extern int later;
static int tentative; static int tentative; int twice[]; int twice[3];
static int forward(int); typedef struct fwd fwd; struct fwd { fwd *self; int v; };
inline int c99(int a) { return a + 1; } extern int c99(int);
extern inline int ext(int a) { return a + 2; }
static inline int st(int a) { static int calls; return a + ++calls; }
static __thread int tls = 5, tlsz; static __thread struct { long a; char b[20]; } tlss = { 7, "tls" };
static int counter(void) { static int n = 10; { static int n = 100; n++; if (n > 102) return n; } return n++; }
static int shadow(int a) { int b = a; { int a = b + 1; b = a; { extern int later; int b = later; a += b; } b += a; } for (int b = 0, a = 9; b < 1; b++) a++;
	return a * 100 + b; }
static int many(register int a, const int b, volatile int c) { c += a; c += b; return c + c; }
static int forward(int a) { return a > 0 ? a + forward(a - 1) : 0; }
static int gotos(int n) { int s = 0; again: if (n == 0) goto done; s += n--; if (n & 1) goto odd; goto again; odd: s *= 2; goto again; done: return s; }
static int comma(int a) { int b = (a++, a += 2, a * 2), c; c = a, a = b; return a + b + c; }
static int chains(int a) { int b, c, d; b = c = d = a; b += c -= d *= 2; return b * 10000 + c * 100 + d; }
static int logic(int a, int b, int *n) { return (a && ++*n) + (b || ++*n) * 2 + (!a && !b && ++*n) * 4 + (a && b ? (*n)++ : --*n); }
static unsigned long shifts(unsigned n) { long s = -1l << 40; int i = -0x40000000; unsigned long u = 1;
	return (u << n) ^ (unsigned long)(s >> n) ^ (unsigned long)(i >> (n & 31)) ^ ((unsigned char)0x81 << (n & 7)); }
static int recursion(int a, int b) { if (a == 0) return b + 1; if (b == 0) return recursion(a - 1, 1); return recursion(a - 1, recursion(a, b - 1)); }
static long registers(long a, long b, long c, long d, long e, long f) { long g = a * b, h = c * d, i = e * f, j = a + f, k = b + e, l = c + d, m = g - h,
	n = h - i, o = i - j, p = j ^ k, q = k ^ l, r = l ^ m;
	for (int x = 0; x < 3; x++) { a += n; b += o; c += p; d += q; e += r; f += a; g += b; h += c; i += d; j += e; k += f; l += g; m += h; n += i; o += j; p += k;
		q += l; r += m; }
	return a ^ b ^ c ^ d ^ e ^ f ^ g ^ h ^ i ^ j ^ k ^ l ^ m ^ n ^ o ^ p ^ q ^ r; }
static int labels(int i) { const void *const to[] = { &&one, &&two, &&three }; int r = 0; goto *to[i]; one: r += 1; two: r += 10; three: return r + 100; }
static int local_label(int a) { return ({ __label__ out; int r = 1; if (a) goto out; r = 2; out: r; }) + ({ __label__ out; int r = 10; if (!a) goto out; r = 20;
	out: r; }); }
int main(void)
{
	fwd me = { &me, 3 }; int n = 0; const volatile int cv = 6;
	printf("%d %d %d %lu %d\n", later, tentative, twice[2], sizeof(twice), me.self->self->v + cv);
	printf("%d %d %d %d %d\n", c99(1), ext(1), st(1), 0, forward(4));
	tls++; tlsz += tls; tlss.b[1]++; printf("%d %d %ld %s %d\n", tls, tlsz, tlss.a, tlss.b, *&tls);
	for (int i = 0; i < 4; i++) printf("%d ", counter());
	printf("%d %d %d %d %d\n", shadow(3), many(1, 2, 3), gotos(7), comma(3), chains(4));
	for (int a = 0; a < 2; a++) for (int b = 0; b < 2; b++) { int r = logic(a, b, &n); printf("%d %d ", r, n); }
	for (unsigned i = 0; i < 64; i += 9) printf("%lx ", shifts(i));
	printf("%d %ld\n", recursion(2, 3), registers(1, 2, 3, 4, 5, 6));
	printf("%d %d %d %d %d\n", labels(0), labels(1), labels(2), local_label(0), local_label(1));
	int i = 3; do { if (i == 2) continue; printf("%d ", i); } while (--i); while (i < 3) if (i++ == 1) break; for (;;) { if (++i > 5) break; } printf("%d\n", i);
	if (n) ; else printf("no\n"); ; ; { } return 0;
}
