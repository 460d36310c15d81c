/* switch: dense, sparse, ranges, 64-bit and unsigned values, fall through, nested, default anywhere, jumps into loops. */
int printf(const char *, ...);

static int dense(unsigned char c) { switch (c) { case 0: return 5; case 1: return 4; case 2: case 3: return 3; case 4: return 2; case 5: return 1;
	case 6: return 9; case 7: return 8; case 255: return 7; default: return -1; } }
static int sparse(int x) { switch (x) { case -2147483647 - 1: return 1; case -1000000: return 2; case -1: return 3; case 0: return 4; case 77: return 5;
	case 1000000: return 6; case 2147483647: return 7; } return 0; }
static int wide(long x) { switch (x) { case -1l: return 1; case 0x100000000: return 2; case 0x100000001: return 3; case 0x7fffffffffffffff: return 4;
	case -0x7fffffffffffffff - 1: return 5; case 0: return 6; default: return 7; } }
static int uns(unsigned x) { switch (x) { case 0: return 1; case 0x7fffffff: return 2; case 0x80000000: return 3; case 0xffffffff: return 4;
	case 0xfffffff0 ... 0xfffffff8: return 5; default: return 6; } }
static int ulong(unsigned long x) { switch (x) { case 0xffffffffffffffff: return 1; case 0x8000000000000000: return 2; case 5 ... 0x100000000: return 3;
	default: return 4; } }
static int ranges(int x) { switch (x) { case -100 ... -50: return 1; case -49 ... 0: return 2; case 1: return 3; case 2 ... 2: return 4;
	case 10 ... 1000: return 5; case 'a' + 2000 ... 'z' + 2000: return 6; default: return 7; } }
static int fall(int x) { int r = 0; switch (x) { case 3: r += 3; /* fall through */ case 2: r += 20; default: r += 100; case 1: r += 1000; break; case 4: r = 4;
	} return r; }
static int first(int x) { switch (x) { default: return 9; case 1: return 1; } }
static int nested(int x, int y) { switch (x) { case 0: switch (y) { case 0: return 1; case 1: break; default: return 2; } return 3;
	case 1: for (;;) { switch (y) { case 0: continue; case 1: break; default: return 4; } break; } return 5; } return 6; }
static int into(int n) { int s = 0; switch (n & 3) { while (n > 0) { case 0: s += 1; case 1: s += 10; case 2: s += 100; case 3: n -= 4; s += 1000; } } return s;
	}
static int empty(int x) { switch (x) { } switch (x) { default:; } switch (x) case 1: return 1; return 0; }
static int small(short x) { switch (x) { case -3: return 1; case 32767: return 2; case -32768: return 3; } return 0; }
static int boolean(_Bool b) { switch (b) { case 0: return 10; case 1: return 11; } return 12; }
enum state { IDLE, RUN = 5, STOP, LAST = 100 };
static const char *name(enum state s) { switch (s) { case IDLE: return "idle"; case RUN: return "run"; case STOP: return "stop"; case LAST: return "last";
	} return "?"; }
static int effect(int *p) { switch ((*p)++) { case 0: return 1; case 1: return 2; case 2: return 3; case 3: return 4; case 4: return 5; default: return 6; } }
static int big(int x) { switch (x) {
#define C(n) case n: return n * 7 % 13;
#define C8(n) C(n) C(n + 1) C(n + 2) C(n + 3) C(n + 4) C(n + 5) C(n + 6) C(n + 7)
	C8(100) C8(108) C8(116) C8(130) C8(200) C8(1000)
	default: return -1; } }
static int constant(void) { switch (3) { case 2: return 1; case 3: return 2; } return 3; }

int main(void)
{
	static const long values[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 77, 100, 255, 999, 1000, 1001, 2097, 2122, 2123, 32767, 1000000, 0x7fffffff, 0x80000000,
		0xfffffff0, 0xfffffff8, 0xfffffff9,
		0xffffffff, 0x100000000, 0x100000001, 0x7fffffffffffffff, -1, -2, -3, -49, -50, -100, -101, -32768, -1000000, -0x7fffffff, -0x80000000l,
			-0x7fffffffffffffff - 1 };
	for (unsigned i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		long v = values[i];
		printf("%ld: %d %d %d %d %d %d %d %d %d %d %d %s\n", v, dense(v), sparse(v), wide(v), uns(v), ulong(v), ranges(v), fall(v), first(v), small(v), boolean(v),
			empty(v), name(v));
	}
	for (int i = 0; i < 3; i++) for (int j = 0; j < 4; j++) printf("%d ", i == 1 && j == 0 ? 0 : nested(i, j));
	for (int i = 0; i < 12; i++) printf("%d ", into(i));
	for (int i = 90; i < 1010; i++) printf("%d", big(i));
	for (int i = 0; i < 7; i++) { int k = i; int e = effect(&k); printf(" %d%d", e, k); }
	printf(" %d\n", constant());
	return 0;
}
