/* Selection and iteration statements are blocks, and so is what they govern. C11, 6.8.4 and 6.8.5. */
int printf(const char *, ...);

enum { K = 1 };
struct z { char c[2]; };
static int old(a, b, p, f) int a; char b; int p[2]; int (*f)(int); { return a + b + p[1] + f(a); }
static int twice(int n) { return 2 * n; }
static long no_types() { return 8; }
static unsigned short narrow(a, b) unsigned char a; short b; { return a * b; }
int prototype(int n, int m[static 2], int k[const], int (*q)[3], int z[*]);
int prototype(int n, int m[static 2], int k[const], int (*q)[3], int z[]) { return n + m[1] + k[0] + q[0][1] + z[0]; }
static int sized(int n, int a[n], int b[n + 1], char c[sizeof(a)]) { return n + a[n - 1] + (int)sizeof b + (int)sizeof c; }
static int count(unsigned long rows, const int m[rows][2]) { int s = 0; while (rows--) s += m[rows][0] * m[rows][1]; return s; }

int main(void)
{
	if (sizeof(enum { K = 2 })) printf("%d\n", K);
	printf("%d\n", K);
	if (sizeof(enum { K = 3 }) == 4) printf("%d\n", K); else printf("%d\n", K + 10);
	while (sizeof(struct z { int a[4]; }) == 0) ;
	printf("%d\n", (int)sizeof(struct z));
	int i;
	for (i = (int)sizeof(enum { K = 4 }); i < 5; i++) printf("%d\n", K);
	for (int i = 0; i < 1; i++) { int i = 7; printf("%d\n", i); }
	do printf("%d\n", (int)sizeof(enum { K = 5 })); while (K != 1);
	switch (sizeof(enum { K = 6 })) { case 4: printf("%d\n", K); }
	if (1) (void)sizeof(struct z { int b; }); else (void)sizeof(struct z { long b; });
	printf("%d %d\n", K, (int)sizeof(struct z));
	int a[3] = { 1, 2, 3 }, m[2][2] = { { 1, 2 }, { 3, 4 } };
	printf("%d %d %ld %d\n", old(1, 2, a, twice), old(1, 300, a, twice), no_types(1, 2, 3), narrow(300, -2));
	printf("%d %d %d\n", prototype(1, a, a, &a, a), sized(3, a, a, 0), count(2, m));
	return 0;
}
