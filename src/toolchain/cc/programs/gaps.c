/* Small things of C11 and GNU C: _Generic and what may follow it, enums declared before they are defined, alignment, qualifiers. */
int printf(const char *, ...);

static int seven(void) { return 7; }
enum later;
static int through(enum later *);
struct keeps { enum later *p; };
enum later { L1 = 3, L2 = -1 };
static int through(enum later *p) { return *p; }
enum unsigned_one { U1, U2 } u;
enum wide { W1 = 1, W2 = 0x100000000 };
enum __attribute__((packed)) tiny { T1, T2 };
enum __attribute__((packed)) tinier { N1 = -1, N2 = 300 };
static char string[4] = ("x"), braces[] = { ("abc") }, rows[2][4] = { ("ab"), "cd" };
static _Alignas(64) char aligned1; static _Alignas(long) _Alignas(1) char aligned2; _Alignas(0) int aligned3;
struct big { char pad[0x200000000]; int a; char more[0x100000000][3]; };
static int far(struct big *p) { return p->a; }
static long where(struct big *p, long i) { return (long)&p->more[i][1] - (long)p; }
static struct big *step(struct big *p, long n) { p += 1; p++; return p - n; }
__attribute__((aligned(256))) static void align_me(void) { }
typedef int narrow __attribute__((mode(QI)));
static int post __attribute__((mode(DI)));
struct with_mode { int m __attribute__((mode(HI))); };

int main(void)
{
	int a = 0, arr[2] = { 1, 2 }, *restrict r = &a, *q = &a;
	struct { int x; } s = { 4 };
	_Alignas(16) char local1; _Alignas(8) char local2; char local3 __attribute__((aligned(16)));
	enum later l = L1;
	struct keeps k = { &l };
	printf("%d %d %d\n", _Generic(a, int: seven, default: seven)(), _Generic(0, int: s).x, _Generic(0, int: arr)[1]);
	printf("%d %d %d\n", _Generic(u, unsigned: 1, default: 2), _Generic(l, int: 1, unsigned: 2), through(k.p));
	printf("%d %d\n", _Generic(r, int *: 1, default: 2), _Generic(&r, int *restrict *: 1, int **: 2));
	printf("%d %d\n", _Generic(&q, int *restrict *: 1, int **: 2), _Generic((const int *)q, int *: 1, const int *: 2, default: 3));
	printf("%d %d %d %d\n", _Generic(seven, int (*)(void): 1, default: 2), _Generic("s", char *: 1, const char *: 2), _Generic(arr, int *: 1, default: 2),
		_Generic((const int)1, int: 1, const int: 2));
	printf("%d %d %d %d %d %d\n", (int)sizeof(W1), (int)sizeof(W2), (int)sizeof(enum wide), (int)sizeof(enum tiny), (int)sizeof(enum tinier), (int)sizeof(T2));
	printf("%s %s %s %d %d\n", string, braces, rows[0], (int)sizeof braces, (int)sizeof rows);
	printf("%d %d %d %d\n", (int)((long)&local1 & 15), (int)((long)&local2 & 7), (int)((long)&local3 & 15), (int)((long)&aligned1 & 63));
	printf("%d %d %d\n", (int)((long)&aligned2 & 7), (int)((long)&aligned3 & 3), (int)((long)align_me & 255));
	printf("%ld %ld %ld %ld\n", (long)sizeof(struct big), (long)&((struct big *)0)->a, where(0, 5), where(0, 0xffffffff));
	printf("%ld %d %d\n", (long)step(0, 5), far != 0, __builtin_types_compatible_p(int *restrict, int *));
	printf("%d %d %d %d %d\n", (int)sizeof(narrow), (int)sizeof post, (int)sizeof(struct with_mode), __builtin_types_compatible_p(int **, int *restrict *), 0);
	return 0;
}
