/* Builtins, typeof, statement expressions, sizeof and _Alignof, _Static_assert, attributes, section bounds, weak, alias. */
int printf(const char *, ...);
typedef unsigned long size_t;
#define offsetof(t, m) __builtin_offsetof(t, m)
#define container_of(p, t, m) ({ const __typeof__(((t *)0)->m) *mp = (p); (t *)((char *)mp - offsetof(t, m)); })
#define max(a, b) ({ __auto_type x = (a); __auto_type y = (b); x > y ? x : y; })

struct in { char c[3]; long l; };
struct out { int a; struct in i[4]; short s; };
_Static_assert(offsetof(struct out, i[2].l) == 48, "offset");
_Static_assert(sizeof(struct out) == 80, "size");

static int count;
static int once(void) { return ++count; }
int strong(void) { return 1; }
__attribute__((weak)) int missing(void);
__attribute__((weak)) int present(void) { return 2; }
int other(void) __attribute__((alias("strong")));
__attribute__((noreturn, noinline)) static void leave(int *p) { *p = 3;
	for (;;) __asm__ volatile("movl $0, %%edi; movl $60, %%eax; syscall" : : : "rax", "rdi", "rcx", "r11", "memory"); }
__attribute__((section("mine"), used, aligned(8))) static long e1 = 11;
__attribute__((section("mine"), used, aligned(8))) static long e2 = 22;
extern long __start_mine[], __stop_mine[];
__attribute__((always_inline)) static inline int twice(int x) { return x * 2; }
__attribute__((noinline, cold, unused)) static int unused(int x) { return x; }
static _Alignas(64) char aligned[3];
static inline int known(int x) { return __builtin_constant_p(x) ? 1 : 0; }

__attribute__((noinline)) static long depth(void *f) { return (char *)f > (char *)__builtin_frame_address(0); }
__attribute__((noinline)) static int unlikely(long x) { if (__builtin_expect(!!(x > 5), 0)) return 1; return 0; }
__attribute__((noinline)) static int never(int x) { switch (x & 1) { case 0: return 5; case 1: return 6; } __builtin_unreachable(); }

int main(void)
{
	struct out o = { .i[1] = { "ab", 5 } };
	struct in *p = &o.i[1];
	static const unsigned vals[] = { 1, 2, 3, 0x80, 0xffff, 0x80000000, 0xffffffff, 0x12345678 };

	for (unsigned i = 0; i < sizeof(vals) / sizeof(*vals); i++) {
		unsigned v = vals[i];
		unsigned long w = (unsigned long)v << 17 | v;
		printf("%d %d %d %d %d %d %d %d\n", __builtin_ctz(v), __builtin_clz(v), __builtin_popcount(v), __builtin_ffs(v), __builtin_ctzl(w), __builtin_clzl(w),
			__builtin_popcountl(w), __builtin_ffsl(w));
		printf("%x %x %lx %d %d\n", __builtin_bswap16(v), __builtin_bswap32(v), __builtin_bswap64(w), __builtin_parity(v), __builtin_clzll(w));
		int r; unsigned u; long l; unsigned long ul;
		printf("%d ", __builtin_add_overflow((int)v, 5, &r)); printf("%d ", r); printf("%d ", __builtin_add_overflow(v, 1u, &u)); printf("%u ", u);
		printf("%d ", __builtin_sub_overflow((int)v, 0x7fffffff, &r)); printf("%d ", r); printf("%d ", __builtin_sub_overflow(3u, v, &u)); printf("%u ", u);
		printf("%d ", __builtin_mul_overflow((int)v, 3, &r)); printf("%d ", r); printf("%d ", __builtin_mul_overflow(v, 3u, &u)); printf("%u ", u);
		printf("%d ", __builtin_mul_overflow((long)w, (long)w, &l)); printf("%ld ", l); printf("%d ", __builtin_mul_overflow(w, w, &ul)); printf("%lu ", ul);
		printf("%d ", __builtin_add_overflow((long)w, 0x7fffffffffffffff, &l)); printf("%ld ", l);
		printf("\n");
	}
	printf("%d %d\n", container_of(p, struct out, i[1]) == &o, container_of(&p->l, struct in, l) == p);
	printf("%d %d %ld\n", max(3, once()), 0, max(5l, 3l));
	printf("%d %d %d %d %d\n", __builtin_types_compatible_p(int, const int), __builtin_types_compatible_p(int *, const int *),
		__builtin_types_compatible_p(__typeof__(o.i[0].c), char[3]), __builtin_types_compatible_p(long, long long),
		__builtin_types_compatible_p(size_t, unsigned long));
	printf("%d %d\n", __builtin_choose_expr(sizeof(long) == 8, 7, "no"), __builtin_constant_p(3 + 4));
	printf("%d %d %d %d\n", strong(), missing ? 1 : 0, present(), other());
	printf("%ld %ld %ld\n", __start_mine[0], __start_mine[1], (long)(__stop_mine - __start_mine));
	printf("%d %d %d\n", twice(21), (int)((unsigned long)aligned & 63), (int)_Alignof(struct in));
	printf("%ld %d %d %d %d\n", depth(__builtin_frame_address(0)), unlikely(6), unlikely(5), never(0), never(1));
	printf("%lu %lu %lu %lu\n", sizeof(once()), sizeof(count++), sizeof(int[3][2]), sizeof(struct { char c; }));
	printf("%d\n", count);
	__typeof__(count) copy = count; __typeof__(&o) q = &o; __typeof__(int[2]) pair = { 1, 2 }; __typeof__(once) *fn = once;
	printf("%d %d %d %d\n", copy, q->i[1].c[0], pair[1], fn());
	printf("%d\n", ({ int a = 3; { int a = 4; (void)a; } if (a == 3) a = 9; a; }));
	printf("%d\n", ({ struct in t = { "z", 8 }; t; }).c[0]);
	printf("%d %d\n", _Generic(1l, int: 1, long: 2, default: 3), _Generic(p, struct in *: 5, default: 6));
	(void)known; (void)unlikely;
	char to[8];
	__builtin_memcpy(to, "copied", 7); printf("%s ", to); __builtin_memset(to, 'x', 3); printf("%s %lu\n", to, __builtin_strlen("four"));
	if (count > 1000) { int dead; leave(&dead); }
	return 0;
}
