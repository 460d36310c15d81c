/* Objects with more alignment than their type asks for: static, on the stack, in structs, as arguments. C11, 6.7.5; ABI, "Passing". */
int printf(const char *, ...);

#define AT(p, n) ((long)(p) & ((n) - 1))
struct line { _Alignas(64) char bytes[3]; int after; };
struct wide { _Alignas(16) long a; long b; long c; };
typedef int aligned_int __attribute__((aligned(32)));
static _Alignas(128) char one; static struct line lines[2];

static __attribute__((noinline)) long look(const void *p, long n) { return AT(p, n); }
static inline long inside(int k)
{
	_Alignas(256) int local[5] = { k, k + 1 };
	local[4] = local[0] + local[1];
	return look(local, 256) * 100 + local[4] + local[3];
}
static __attribute__((noinline)) long passed(int a, struct wide w, char b, struct wide x, long c) {
	return a + w.a + w.b * 2 + w.c * 3 + b + x.a * 5 + x.c * 7 + c + look(&w, 16) * 1000 + look(&x, 16) * 1000; }
static __attribute__((noinline)) long stacked(int a, int b, int c, int d, int e, int f, int g, struct wide w, int h) {
	return a + b + c + d + e + f + g * 2 + w.a * 3 + w.c * 5 + h * 7 + look(&w, 16) * 1000; }
static long variable(int n, ...)
{
	__builtin_va_list l;
	long t = 0;
	__builtin_va_start(l, n);
	while (n--) { t = t * 3 + __builtin_va_arg(l, int); struct wide w = __builtin_va_arg(l, struct wide); t += w.a + w.c * 2; t += __builtin_va_arg(l, long); }
	__builtin_va_end(l);
	return t;
}
static int jumps(int n)
{
	if (n) goto in;
	{
		_Alignas(64) int far[3];
	in:
		far[1] = n + 1;
		n = far[1] + (int)look(far, 64);
	}
	return n;
}
static long recursive(int n)
{
	_Alignas(64) struct line l = { { n }, n };
	volatile _Alignas(32) int v = n;
	aligned_int t = n;
	char odd[3] = { n };
	return n ? recursive(n - 1) + l.after + v + t + odd[0] + look(&l, 64) + look((void *)&v, 32) + look(&t, 32) + look(l.bytes, 64) : 0;
}

int main(void)
{
	struct wide w = { 1, 2, 3 }, x = { 4, 5, 6 };
	printf("%ld %ld %ld %ld\n", look(&one, 128), look(lines, 64), look(&lines[1], 64), (long)sizeof lines);
	printf("%ld %ld %ld %d %d\n", inside(1), inside(2) + inside(3), recursive(5), jumps(0), jumps(4));
	printf("%ld %ld %ld\n", passed(1, w, 2, x, 3), stacked(1, 2, 3, 4, 5, 6, 7, w, 8), variable(2, 1, w, 2L, 3, x, 4L));
	return 0;
}
