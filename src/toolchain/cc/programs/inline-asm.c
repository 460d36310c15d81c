/* Extended asm: every kind of constraint, modifiers, labels. */
int printf(const char *, ...);

static int target = 4;
static unsigned long flags(void) { unsigned long f; asm volatile("pushfq ; popq %0" : "=r" (f) : : "memory"); return f & 2; }
static int add(int a, int b) { asm("addl %1, %0" : "+r" (a) : "r" (b) : "cc"); return a; }
static unsigned divide(unsigned long n, unsigned d, unsigned *rem)
{
	unsigned q, r;

	asm("divl %4" : "=a" (q), "=d" (r) : "0" ((unsigned)n), "1" ((unsigned)(n >> 32)), "rm" (d));
	*rem = r;
	return q;
}
static int equal(int a, int b) { _Bool z; asm("cmpl %2, %1" : "=@ccz" (z) : "r" (a), "r" (b)); return z; }
static int exchange(int *p, int v) { asm volatile("xchgl %0, %1" : "+r" (v), "+m" (*p) : : "memory"); return v; }
static long fixed(long nr, long a, long b, long c)
{
	long ret;
	register long r10 asm("r10") = 77;

	asm volatile("movq %%r10, %%rax\n\taddq %%rdi, %%rax\n\taddq %%rsi, %%rax\n\taddq %%rdx, %%rax"
		     : "=a" (ret) : "0" (nr), "D" (a), "S" (b), "d" (c), "r" (r10) : "rcx", "r11", "memory");
	return ret;
}
static int jump(int x)
{
	asm goto("testl %0, %0; jz %l[zero]" : : "r" (x) : : zero);
	return 1;
zero:
	return 0;
}
static long symbolic(void)
{
	long v;

	asm("movslq %c1(%%rip), %0" : "=r" (v) : "i" (&target));
	return v;
}
static unsigned sizes(unsigned long v)
{
	unsigned r;

	asm("movzbl %b1, %k0\n\tshll $8, %0\n\tmovw %w1, %w0\n\taddl %2, %0" : "=&r" (r) : "q" (v), "i" (5));
	return r;
}
static int loop(int n)
{
	int s = 0;

	asm("1:\taddl %1, %0\n\tdecl %1\n\tjnz 1b" : "+r" (s), "+r" (n) : : "cc");
	return s;
}
static long pressure(long a, long b, long c, long d)
{
	long e = a * 2, f = b * 3, g = c * 5, h = d * 7;

	asm volatile("" : : : "rax", "rbx", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15");
	return a + b + c + d + e * f + g * h;
}
static void copy(char *to, const char *from, unsigned long n)
{
	asm volatile("rep movsb" : "+D" (to), "+S" (from), "+c" (n) : : "memory");
}

int main(void)
{
	unsigned rem, q = divide(1000000000007UL, 1000, &rem);
	char buf[8];
	int old;

	printf("%lu %d %u %u\n", flags(), add(3, 4), q, rem);
	printf("%d%d\n", equal(1, 1), equal(1, 2));
	old = exchange(&target, 9);
	printf("%d %d\n", old, target);
	printf("%ld %d%d %ld\n", fixed(1, 2, 3, 4), jump(0), jump(3), symbolic());
	printf("%x %d %ld\n", sizes(0x12345678), loop(10), pressure(1, 2, 3, 4));
	copy(buf, "copied", 7);
	printf("%s\n", buf);
	printf("%d %d %d %d\n", __builtin_ctz(40), __builtin_clz(target), __builtin_ffsl(target << 8), __builtin_popcountl(0xf0f0f0f0f0UL + target));
	printf("%x %lx %x\n", __builtin_bswap32(target), __builtin_bswap64(target), __builtin_bswap16(target));
	printf("%d ", __builtin_add_overflow(0x7fffffff, target, &old));
	printf("%d %d\n", old, __builtin_mul_overflow(1000, target, &old));
	old = __sync_fetch_and_add(&target, 5);
	printf("%d ", old);
	old = __sync_val_compare_and_swap(&target, 14, 20);
	printf("%d %d\n", old, __sync_bool_compare_and_swap(&target, 1, 2));
	return target;
}
