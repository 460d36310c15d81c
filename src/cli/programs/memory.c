/* malloc in all sizes, realloc that has to move, string functions, thread-local data, long jumps. */
#include <errno.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static __thread int local = 42;
static jmp_buf back;

static void deep(int n)
{
	volatile char page[1024];

	page[0] = (char)n;
	if (n == 0)
		longjmp(back, 7);
	deep(n - 1);
	page[1] = page[0];
}

static void last(void)
{
	puts("atexit");
}

int main(int argc, char **argv)
{
	char *blocks[200];
	unsigned sum = 0;

	atexit(last);
	for (int i = 0; i < 200; i++) {
		size_t size = (size_t)(i * i * 37 % 70000 + 1);

		blocks[i] = malloc(size);
		memset(blocks[i], i, size);
	}
	for (int i = 0; i < 200; i += 3)
		free(blocks[i]);
	for (int i = 1; i < 200; i += 3)
		blocks[i] = realloc(blocks[i], (size_t)(i * 1000 + 1));
	for (int i = 1; i < 200; i += 3)
		sum += (unsigned char)blocks[i][0];
	printf("blocks %u\n", sum);

	char *big = malloc(1000);
	memset(big, 'x', 1000);
	for (size_t size = 1000; size < 8 * 1024 * 1024; size *= 2)
		big = realloc(big, size);
	sum = 0;
	for (int i = 0; i < 1000; i++)
		sum += (unsigned char)big[i];
	printf("big %u\n", sum);
	free(big);

	char *zero = calloc(300000, 1);
	sum = 0;
	for (int i = 0; i < 300000; i++)
		sum |= (unsigned char)zero[i];
	printf("zero %u\n", sum);

	char text[256] = "the quick brown fox jumps over the lazy dog";
	printf("%zu %s %s\n", strlen(text), strchr(text, 'q'), strstr(text, "lazy"));
	memmove(text + 4, text, 40);
	printf("%.50s\n", text);
	printf("%d %d\n", strcmp("abc", "abd") < 0, memcmp("aaaaaaaaaaaaaaaab", "aaaaaaaaaaaaaaaac", 17) < 0);
	for (char *word = strtok(text, " "); word; word = strtok(NULL, " "))
		printf("<%s>", word);
	putchar('\n');

	int code = setjmp(back);
	if (!code)
		deep(50);
	printf("longjmp %d, local %d\n", code, local++);

	char *map = mmap(NULL, 3 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	map[4096] = 5;
	printf("mprotect %d\n", mprotect(map + 4096, 4096, PROT_READ));
	printf("read %d\n", map[4096]);
	printf("mprotect %d\n", mprotect(map + 4096, 4096, PROT_READ | PROT_WRITE));
	map[4096]++;
	printf("wrote %d\n", map[4096]);
	printf("munmap %d\n", munmap(map, 3 * 4096));
	printf("huge %d\n", malloc((size_t)1 << 62) == NULL && errno == ENOMEM);
	for (int i = 1; i < argc; i++)
		printf("argument %d: %s\n", i, argv[i]);
	printf("HOME=%s\n", getenv("HOME"));
	return argc;
}
