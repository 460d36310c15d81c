/* Operands are evaluated once, and whatever else they do is done: asm, builtins, compound assignments. */
int printf(const char *, ...);

static int n, v[4] = { 1, 2, 3, 4 };
static int *at(void) { n++; return &v[n & 3]; }
static long one(void) { n += 100; return 1; }
struct b { unsigned x : 5; int y : 20; } bits[2] = { { 3, -4 }, { 5, 6 } };
static struct b *next(void) { n++; return &bits[n & 1]; }
static void show(int line) { printf("%d: %d  %d %d %d %d  %d %d %d %d\n", line, n, v[0], v[1], v[2], v[3], bits[0].x, bits[0].y, bits[1].x, bits[1].y); }

int main(void)
{
	int i = 0, w[3] = { 5, 6, 7 }, *p = w;
	__asm__("incl %0" : "+r"(*at()));
	show(1);
	__asm__("incl %0" : "+m"(*at()));
	show(2);
	__asm__("addl $1, %0" : "+r"(w[i++]));
	__asm__("addl $1, %0" : "+a"(*p++));
	printf("%d %ld %d %d %d\n", i, (long)(p - w), w[0], w[1], w[2]);
	__asm__("movl $9, %0" : "=r"(*at()));
	show(3);
	__asm__("addl %1, %0" : "+r"(v[i++ & 3]) : "r"(*at()));
	show(4);
	__asm__("movl $7, %k0" : "=r"(next()->x));
	__asm__("subl $3, %k0" : "+r"(next()->y));
	__asm__("movl %k1, %k0" : "=r"(bits[0].y) : "r"(bits[1].x));
	show(5);
	__asm__("xchgl %0, %1" : "+r"(w[--i]), "+r"(*at()));
	show(i);
	__builtin_prefetch(at());
	__builtin_prefetch(at(), 0, 3);
	show(6);
	n += __builtin_expect(one(), one()) + __builtin_expect(n++ > 3, 1);
	show(7);
	n += __builtin_object_size(at(), 0) == -1UL ? 1 : 2;
	n += __builtin_object_size(at(), 2) == 0 ? 1 : 2;
	show(8);
	n += __atomic_load_n(at(), 5) + __atomic_exchange_n(at(), 3, 5) + __sync_fetch_and_add(at(), one());
	__atomic_store_n(at(), 4, 5);
	__sync_synchronize();
	show(9);
	n += __builtin_popcount(v[i++ & 3]) + __builtin_ffs(n++) + __builtin_parity(*at()) + __builtin_bswap16(n++);
	n += *(int *)__builtin_assume_aligned(at(), one() ? 4 : 4);
	n += __builtin_constant_p(n++) ? 1 : 2;
	n += __builtin_choose_expr(1, *at(), one());
	show(10);
	*at() += 5;
	*at() <<= 1;
	(*at())++;
	next()->x += 3;
	next()->y--;
	n += _Generic(one(), long: 1, default: 2) + (int)sizeof(*at());
	show(11);
	return 0;
}
