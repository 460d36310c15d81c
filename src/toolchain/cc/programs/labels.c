/* Addresses of labels in static objects, and how far labels are apart. GCC manual, "Labels as Values". */
int printf(const char *, ...);

static int run(const char *program)
{
	static void *const table[] = { &&add, &&twice, &&end };
	static const int distance[] = { &&add - &&add, &&twice - &&add, &&end - &&add };
	static const struct { int kind; void *to; long far; } records[2] = { { 1, &&twice, &&end - &&twice }, { 2, &&add } };
	int value = 1;
	goto *table[*program - '0'];
add:
	value += 3;
	goto *(&&add + distance[*++program - '0']);
twice:
	value *= 2;
	program++;
	goto *table[*program - '0'];
end:
	return value + (records[0].to == &&twice) + (records[0].far == distance[2] - distance[1]) + (records[1].to == table[0]);
}
static int never(int n)
{
	static void *p[] = { &&here, &&there };
	if (n) return p[0] != 0 && p[1] != 0;
here:
	n = 2;
there:
	return n;
}
static char object[64];
static long apart = &object[40] - &object[8], ints = (int *)&object[40] - (int *)&object[8];

int main(void)
{
	printf("%d %d %d %d\n", run("2"), run("0112"), run("10102"), run("00110012"));
	printf("%d %d %ld %ld\n", never(1), never(0), apart, ints);
	return 0;
}
