/* Control flow: loops, switch in all its forms, goto, statement expressions. */
int printf(const char *, ...);

static int classify(int c)
{
	switch (c) {
	case 'a' ... 'z': return 1;
	case '0': case '1': return 2;
	case 5: return 3;
	default: return -1;
	}
}

static int table(unsigned x)
{
	switch (x) {
	case 0: return 5;
	case 1: return 6;
	case 2: case 3: return 7;
	case 4: x += 2;		/* falls through */
	case 5: return x * 10;
	case 10 ... 12: return 9;
	}
	return 0;
}

static int wide(long x)
{
	switch (x) {
	case -5000000000L: return 1;
	case 0: return 2;
	case 5000000000L: return 3;
	}
	return 4;
}

static int many(int x)
{
	switch (x) {
	case 1: return 100;
	case 1000: return 101;
	case -77: return 102;
	case 31337: return 103;
	case 65536: return 104;
	case 900: return 105;
	case 7: return 106;
	case 20000: return 107;
	case -9999: return 108;
	}
	return 0;
}

static int duff(int n)
{
	int k = 0, turns = (n + 3) / 4;

	switch (n % 4) {
	case 0: do { k++;
	case 3: k++;
	case 2: k++;
	case 1: k++;
		} while (--turns > 0);
	}
	return k;
}

static int again(int n)
{
	int s = 0;

again:
	if (n-- > 0) {
		s += n;
		goto again;
	}
	return s;
}

static int computed(int n)
{
	void *tab[] = { &&l0, &&l1, &&l2 };

	goto *tab[n];
l0:	return 10;
l1:	return 11;
l2:	return 12;
}

#define max_t(t, a, b) ({ t __a = (a), __b = (b); __a > __b ? __a : __b; })

static int depth(int n)
{
	static int calls;

	calls++;
	return n ? depth(n - 1) : calls;
}

int main(void)
{
	int k, s = 0;

	printf("%d %d %d %d\n", classify('q'), classify('1'), classify(5), classify(1000));
	for (k = 0; k < 14; k++)
		printf("%d ", table(k));
	printf("%d%d%d%d\n", wide(-5000000000L), wide(0), wide(5000000000L), wide(3));
	printf("%d %d %d %d %d\n", many(1000), many(-77), many(31337), many(8), many(-9999));
	for (k = 1; k < 9; k++)
		printf("%d ", duff(k));
	printf("\n%d %d %d\n", again(5), computed(1), computed(2));
	do {
		s += s + 1;
		if (s == 7)
			continue;
		if (s > 100)
			break;
	} while (s < 1000);
	printf("%d\n", s);
	for (int a = 0, b = 10; a < b; a++, b--) {
		if (a == 2)
			continue;
		s += a * b;
	}
	printf("%d\n", s);
	while (1) {
		if (s-- % 13 == 0)
			break;
	}
	printf("%d\n", s);
	for (;;) {
		for (k = 0; k < 10; k++)
			if (k == 4)
				goto out;
	}
out:
	printf("%d %d %d\n", k, max_t(int, k, again(3)), depth(5));
	if (0)
		printf("never\n");
	else if (k)
		printf("%s\n", __func__);
	return 0;
}
