/** What mmap() takes, and what it refuses. */
import { expect, it } from 'vitest';
import { runGuest } from '../lab/testing.ts';

it('only private memory of no file grows down', async () => {
  const { output } = await runGuest({ source: `#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>
#define GROWSDOWN	0x0100
static void try(int flags, int fd)
{
	errno = 0;
	mmap((void *)0x700000000, 4096, PROT_READ | PROT_WRITE, flags | GROWSDOWN, fd, 0);
	printf("%d ", errno);
}
int main(void)
{
	int file = open("/file", O_RDWR | O_CREAT, 0600);

	ftruncate(file, 4096);
	try(MAP_SHARED | MAP_ANONYMOUS, -1);
	try(MAP_SHARED, file);
	try(MAP_PRIVATE, file);
	try(MAP_PRIVATE | MAP_ANONYMOUS, -1);
	return 0;
}
` });
  expect(output).toBe('22 22 22 0 ');
});
