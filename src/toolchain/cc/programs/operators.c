/* Every binary and unary operator on every pair of integer types, on edge values. */
int printf(const char *, ...);

#define VALUES(T) ((T)0), ((T)1), ((T)-1), ((T)2), ((T)100), ((T)-100), ((T)0x80), ((T)0x8000), ((T)0x80000000ul), ((T)0x8000000000000000ul), \
	((T)0x7fffffffffffffff), ((T)0x123456789abcdef0)
#define COUNT 12

static unsigned long hash;
static void mix(unsigned long v)
{
	hash = (hash ^ v) * 0x9e3779b97f4a7c15ul;
	hash ^= hash >> 29;
}

#define PAIR(name, A, B) \
__attribute__((noinline)) static void name(A a, B b) \
{ \
	mix(a + b); mix(a - b); mix(a * b); mix(a & b); mix(a | b); mix(a ^ b); \
	mix(a < b); mix(a <= b); mix(a > b); mix(a >= b); mix(a == b); mix(a != b); \
	mix(a && b); mix(a || b); mix(!a); mix(~a); mix(-a); mix(+a); \
	mix(a << (b & 7)); mix(a >> (b & 7)); mix(a << (b & (sizeof(+a) * 8 - 1))); mix(a >> (b & (sizeof(+a) * 8 - 1))); \
	mix(a ? a : b); \
	if (b != 0 && !(b == (B)-1)) { mix(a / b); mix(a % b); } \
	A x = a; x += b; mix(x); x = a; x -= b; mix(x); x = a; x *= b; mix(x); \
	x = a; x &= b; mix(x); x = a; x |= b; mix(x); x = a; x ^= b; mix(x); \
	x = a; x <<= b & 7; mix(x); x = a; x >>= b & 7; mix(x); \
	x = a; mix(x++); mix(++x); mix(x--); mix(--x); \
	if (b != 0 && !(b == (B)-1)) { x = a; x /= b; mix(x); x = a; x %= b; mix(x); } \
	mix((B)a); mix((A)b); mix((_Bool)a); mix((a += b, a)); \
} \
static void name##_all(void) \
{ \
	static const A as[] = { VALUES(A) }; \
	static const B bs[] = { VALUES(B) }; \
	for (int i = 0; i < COUNT; i++) \
		for (int j = 0; j < COUNT; j++) \
			name(as[i], bs[j]); \
	printf("%s %lx\n", #name, hash); \
}

#define ROW(n, A) PAIR(n##_sc, A, signed char) PAIR(n##_uc, A, unsigned char) PAIR(n##_ss, A, short) PAIR(n##_us, A, unsigned short) \
	PAIR(n##_si, A, int) PAIR(n##_ui, A, unsigned) PAIR(n##_sl, A, long) PAIR(n##_ul, A, unsigned long) PAIR(n##_b, A, _Bool)
#define RUN(n) n##_sc_all(); n##_uc_all(); n##_ss_all(); n##_us_all(); n##_si_all(); n##_ui_all(); n##_sl_all(); n##_ul_all(); n##_b_all();
ROW(sc, signed char)
ROW(uc, unsigned char)
ROW(ss, short)
ROW(us, unsigned short)
ROW(si, int)
ROW(ui, unsigned)
ROW(sl, long)
ROW(ul, unsigned long)
ROW(c, char)
ROW(ll, long long)

int main(void)
{
	RUN(sc) RUN(uc) RUN(ss) RUN(us) RUN(si) RUN(ui) RUN(sl) RUN(ul) RUN(c) RUN(ll)
	return 0;
}
