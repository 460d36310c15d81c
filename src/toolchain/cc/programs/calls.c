/* Functions: many arguments, pointers to functions, varargs, inlining, recursion, thread-local data. */
typedef __builtin_va_list va_list;
int printf(const char *, ...);
int vsnprintf(char *, unsigned long, const char *, va_list);

struct pair { long x; int y; };
struct big { long a[5]; };

static int (*ops[3])(int, int);
static int add(int a, int b) { return a + b; }
static int mul(int a, int b) { return a * b; }
static long many(int a, int b, int c, int d, int e, int f, int g, long h, char i, struct big k)
{
	return a + 2 * b + 3 * c + 4 * d + 5 * e + 6 * f + 7 * g + 8 * h + 9 * i + k.a[4];
}

static int vsum(int n, ...)
{
	va_list ap;
	int s = 0;

	__builtin_va_start(ap, n);
	for (int i = 0; i < n; i++)
		s += __builtin_va_arg(ap, int);
	__builtin_va_end(ap);
	return s;
}

static long vmix(const char *f, ...)
{
	va_list ap, aq;
	long s = 0;

	__builtin_va_start(ap, f);
	__builtin_va_copy(aq, ap);
	while (*f) {
		switch (*f++) {
		case 'd': s = s * 3 + __builtin_va_arg(ap, int); break;
		case 'l': s = s * 3 + __builtin_va_arg(ap, long); break;
		case 's': s = s * 3 + __builtin_va_arg(ap, char *)[0]; break;
		case 'p': { struct pair p = __builtin_va_arg(ap, struct pair); s += p.x * p.y; break; }
		case 'b': s += __builtin_va_arg(ap, struct big).a[4]; break;
		}
	}
	s += __builtin_va_arg(aq, int);
	__builtin_va_end(ap);
	__builtin_va_end(aq);
	return s;
}

static int format(char *buf, const char *fmt, ...)
{
	va_list ap;
	int n;

	__builtin_va_start(ap, fmt);
	n = vsnprintf(buf, 64, fmt, ap);
	__builtin_va_end(ap);
	return n;
}

static inline __attribute__((always_inline)) int length(const char *s)
{
	int n = 0;

	while (s[n])
		n++;
	return n;
}
static inline int pick(int which, int a, int b)
{
	if (which == 0)
		return a;
	if (which == 1)
		return b;
	return a * b;
}
static inline void bump(int *p, int by) { *p += by; }
static inline unsigned long clamp(unsigned long v, unsigned long low, unsigned long high)
{
	v = v < low ? low : v;
	return v > high ? high : v;
}
static int fib(int n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }
static int even(int n);
static int odd(int n) { return n ? even(n - 1) : 0; }
static int even(int n) { return n ? odd(n - 1) : 1; }
static void nothing(void) { }
static unsigned char narrow(unsigned char c, short s) { return c + s; }

static __thread int tls = 5;
static __thread long tls_zero[3];

int main(void)
{
	struct big b = { { 1, 2, 3, 4, 5 } };
	struct pair p = { 6, 7 };
	char buf[64];
	int v = 3, *pt = &tls;

	ops[0] = add;
	ops[1] = &mul;
	printf("%d %d %d\n", ops[0](3, 4), (*ops[1])(3, 4), ops[2] == 0);
	printf("%ld\n", many(1, 2, 3, 4, 5, 6, 7, 8, 9, b));
	printf("%d %ld\n", vsum(9, 1, 2, 3, 4, 5, 6, 7, 8, 9), vmix("dlspbd", 5, 6L, "x", p, b, 3));
	printf("%d ", format(buf, "%d-%s-%lx-%c-%d-%d-%d", 1, "two", 3L, '4', 5, 6, 7));
	printf("%s\n", buf);
	bump(&v, 4);
	printf("%d %d %d %d %d\n", length("hello"), pick(0, 5, 6), pick(1, 5, v), pick(v, 2, 3), v);
	printf("%lu %lu %lu\n", clamp(5, 10, 20), clamp(v, 1, 4), clamp(15, 10, 20));
	printf("%d %d %d %d\n", fib(15), even(10), odd(7), narrow(250, 10));
	nothing();
	tls++;
	tls_zero[v & 1] += tls;
	printf("%d %ld %d\n", tls, tls_zero[1], *pt);
	return 0;
}
