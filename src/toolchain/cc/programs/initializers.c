/* Initialisers: nested, designated, overridden, without inner braces, strings, compound literals, addresses. C11, 6.7.9. */
int printf(const char *, ...);
int strcmp(const char *, const char *);

struct point { int x, y; };
struct shape { const char *name; struct point at[3]; union { int i; char c[8]; } u; struct { short a, b; }; };
static int f1(int a) { return a + 1; }
static int f2(int a) { return a * 2; }

static int list[] = { 1, 2, [5] = 6, 7, [2] = 3 };
static int grid[3][3] = { { 1 }, { [1] = 5 }, 7, 8, 9 };
static int flat[2][2][2] = { 1, 2, 3, 4, 5, 6, 7 };
static struct point points[] = { [1].y = 4, [1].x = 3, { 1, 2 }, [0] = { .y = 9 } };
static struct shape shapes[2] = { { "one", { 1, 2, [2] = { 5, 6 } }, .u.c = "abc", .a = 7, 8 }, [1].at[1].x = 11, [1].name = "two" };
static char text[] = "text" " and " "more", exact[4] = "full", padded[8] = "pad", braces[] = { "braced" };
static const char *const names[] = { [2] = "c", [0] = "a" };
static int (*const table[])(int) = { f1, &f2, [4] = f1 };
static int *inside = &list[3], *field = &shapes[1].at[2].y, *end = list + sizeof(list) / sizeof(list[0]);
static long difference = (long)sizeof(shapes) - 3, shifted = 1ul << 40 | 3, negative = -5 / 2, mod = -5 % 3, choice = sizeof(int) == 4 ? 10 : 20;
static unsigned char wrapped = 300, cast = (unsigned char)-1;
static struct point *literal = &(struct point) { 21, 22 }, **indirect = &literal;
static int *numbers = (int[]) { 4, 5, 6 };
static const struct { char tag; const void *p; unsigned long v; } records[] = { { 'x', list, 1 }, { 'y', "str", 2 }, { 'z', f1, 3 } };
static _Bool flags[] = { 5, 0, -1 };
enum { A = 3, B, C = A * 2, D };
static int byenum[D + 1] = { [A] = A, [B] = B, [C] = C, [D] = D };
static char *where = text + 2;
static unsigned long address = (unsigned long)&list[1];

static int sum(const int *p, int n) { int s = 0; while (n--) s = s * 3 + *p++; return s; }
static int psum(struct point p) { return p.x * 100 + p.y; }

int main(void)
{
	int n = 5;
	int local[] = { n, n + 1, [4] = n * 2, 3 };
	struct shape s = { .at = { { n, 1 }, { .y = n } }, .name = "local", .b = 4 };
	struct shape t = { "from", { [0 ... 1] = { 8, 9 } } };
	int range[10] = { [2 ... 4] = 7, [3] = 1, [8 ... 9] = n };
	char buffer[6] = "hi", one[1] = "z", empty[3] = "";
	struct point p = { n, p.x = 3 };
	struct point q = points[1], *r = &(struct point) { .y = n };
	struct { struct point p; int z; } outer = { q, 8 }, other = { .p = { 4, 5 }, .p.y = 1 };

	printf("%lu %d %d\n", sizeof(list) / sizeof(int), sum(list, 7), sum(&grid[0][0], 9));
	printf("%d %d %d %d\n", sum(&flat[0][0][0], 8), psum(points[0]), psum(points[1]), (int)sizeof(points));
	for (int i = 0; i < 2; i++) printf("%s %d %d %s %d %d\n", shapes[i].name, sum(&shapes[i].at[0].x, 6), shapes[i].u.i, shapes[i].u.c, shapes[i].a, shapes[i].b);
	printf("%s %lu %.4s %s %lu %s %lu\n", text, sizeof(text), exact, padded, sizeof(padded), braces, sizeof(braces));
	printf("%s %d %s %d\n", names[0], names[1] == 0, names[2], table[0](4) + table[1](4) + table[4](1) + (table[2] == 0));
	printf("%d %d %d\n", *inside, field == &shapes[1].at[2].y, (int)(end - inside));
	printf("%ld %ld %ld %ld %ld %d %d\n", difference, shifted, negative, mod, choice, wrapped, cast);
	printf("%d %d %d %d\n", psum(*literal), (*indirect)->y, numbers[2], psum(*r));
	printf("%c %d %s %d\n", records[0].tag, records[0].p == list, (const char *)records[1].p, records[2].p == f1);
	printf("%d %d %d %d %d\n", flags[0], flags[1], flags[2], sum(byenum, D + 1), *where);
	printf("%d\n", address == (unsigned long)&list[1]);
	printf("%d %lu\n", sum(local, 6), sizeof(local));
	printf("%s %d %s %d %d %d\n", s.name, sum(&s.at[0].x, 6), t.name, sum(&t.at[0].x, 6), s.b, s.u.i);
	printf("%d %s %c %d %d %d\n", sum(range, 10), buffer, one[0], buffer[5], empty[1] + empty[2], p.y);
	printf("%d %d %d %d\n", psum(outer.p), outer.z, psum(other.p), other.z);
	for (int i = 0; i < 3; i++) {
		static int kept[] = { 1, 2 };
		struct point *fresh = &(struct point) { i, i };
		int again[2] = { i };

		kept[0] += kept[1]++;
		fresh->x += 10;
		printf("%d %d %d %d\n", kept[0], psum(*fresh), again[0], again[1]++);
	}
	printf("%d %d\n", strcmp("a\tb\x41\102\0c", "a\tbAB"), (int)sizeof("a\0b" "\x1" "2"));
	printf("%d %d %d %d\n", '\'', '\\', '\377', 'ab');
	return 0;
}
