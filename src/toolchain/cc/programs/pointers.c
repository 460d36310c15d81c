/* Pointers: arithmetic, comparison, arrays of arrays, pointers to arrays and functions, const and volatile, casts, void. */
int printf(const char *, ...);
typedef int (*op)(int, int);
typedef int row[4];
static int add(int a, int b) { return a + b; }
static int sub(int a, int b) { return a - b; }
static op choose(int w) { return w ? add : sub; }
static int (*direct(int w))(int, int) { return w ? &sub : *add; }
static int apply(int f(int, int), int a, int b) { return (*f)(a, b) + (**f)(b, a) + f(1, 2); }
static int matrix(int m[][4], int n) { int s = 0; for (int i = 0; i < n; i++) for (int j = 0; j < 4; j++) s = s * 3 + m[i][j]; return s; }
static int rows(row *m, int n) { return (*m)[1] + m[n - 1][3] + *(*(m + 1) + 2); }
static int whole(int (*m)[3][4]) { return (*m)[2][3] + sizeof(*m) / sizeof(**m); }
static long strings(const char **v) { long h = 0; for (; *v; v++) for (const char *s = *v; *s; ) h = h * 31 + *s++; return h; }
static void swap(void *a, void *b, unsigned long n) { char *p = a, *q = b; while (n--) { char t = *p; *p++ = *q; *q++ = t; } }
static void fill(int **pp, int v) { **pp = v; *pp += 1; *(*pp)++ = v + 1; }
struct node { struct node *next, **back; int v; };
static int links(void) {
	struct node n[5], *head = 0, **tail = &head; int s = 0;
	for (int i = 0; i < 5; i++) { n[i] = (struct node) { 0, tail, i }; *tail = &n[i]; tail = &n[i].next; }
	*n[2].back = n[2].next; n[3].back = n[2].back;
	for (struct node *p = head; p; p = p->next) s = s * 10 + p->v;
	return s;
}
static int negative(int *p, unsigned u, char c, short s, unsigned char uc, long l) { return p[-1] + *(p + u) + p[c] + p[s] + *(p - uc) + l[p] + (&p[2])[-1]; }
static volatile int device;
static int touch(volatile int *p) { *p = 1; *p += 2; device = *p; return device + *p; }
static const int k = 5; static const int *const kp = &k;
static char big[3][100000];
int main(void)
{
	int m[3][4] = { { 1, 2, 3, 4 }, { 5, 6, 7, 8 }, { 9, 10, 11, 12 } }, x = 1, y = 2, *p = &m[1][1], *q = &m[2][3], buf[4] = { 0 }, *w = buf;
	const char *words[] = { "some", "words", 0 };
	op table[2][2] = { { add, sub }, { sub, add } }; op *t = table[1]; op (*tt)[2] = &table[0];
	printf("%d %d %d %d\n", choose(1)(3, 4), direct(1)(3, 4), apply(add, 3, 4), apply(choose(0), 9, 4));
	printf("%d %d %d %d\n", (*t)(5, 1), t[1](5, 1), (*tt)[1](5, 1), (*table[0][0])(5, 1));
	printf("%d %d %d %ld\n", matrix(m, 3), rows(m, 3), whole(&m), strings(words));
	printf("%ld %d %d %d %d %d\n", (long)(q - p), p < q, p <= q, p > q, p == q, p != 0);
	swap(&x, &y, sizeof(x)); fill(&w, 7);
	printf("%d %d %d %d %d %d\n", x, y, buf[0], buf[1], buf[2], (int)(w - buf));
	printf("%d %d %d\n", links(), negative(p, 2, -1, 1, 2, 3), touch(&buf[3]));
	printf("%d %d %lu %lu\n", *kp, *&k, sizeof(m), sizeof(m[0]));
	p++; ++p; p--; p += 3; p -= 2; printf("%d ", *p); printf("%d ", *p++); printf("%d ", *--p); printf("%d ", ++*p); printf("%d\n", (*p)--);
		printf("%d %d\n", *p, p[0]);
	unsigned long u = (unsigned long)p; printf("%d %d\n", (int *)u == p, *(int *)(u + 4)); printf("%d\n", (char)(long)(void *)0x141);
	printf("%d %d\n", *(unsigned char *)&m[0][3], ((short *)m)[2]); void *v = m; printf("%d\n", ((row *)v)[2][1]);
	printf("%d %d %ld\n", !p, p && q, (long)(&big[2][99999] - &big[0][0])); big[2][99999] = 4;
		printf("%d\n", big[x][199999 - 2 * x + (x == 2 ? -99996 : 0)] * 0 + *(&big[0][0] + 299999));
	int i = 0; buf[i++] = i * 0 + 5; buf[++i] = 6; printf("%d %d %d\n", buf[0], buf[2], i);
	int *null = 0; printf("%d %d %d\n", null == 0, null ? 1 : 2, &null[3] == (int *)12); return 0;
}
