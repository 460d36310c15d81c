/*
 * Clears a table and counts its rows twice, so it goes on far behind the table's end. A process is told by a signal at the
 * first page that is not its own.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define ROWS	64
#define COLUMNS	64

static const char stopped[] = "stopped by SIGSEGV\n";
static char table[ROWS][COLUMNS];

static void on_segv(int sig)
{
	write(1, stopped, sizeof stopped - 1);
	_exit(128 + sig);
}

static __attribute__((noinline)) void clear(void)
{
	memset(table, 0, ROWS * sizeof table);
}

int main(void)
{
	signal(SIGSEGV, on_segv);
	clear();
	puts("cleared");
	return 0;
}
