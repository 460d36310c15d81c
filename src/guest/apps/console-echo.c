/* Reads a line from the console and writes it back, until the input ends. */
#include <unistd.h>

int main(void)
{
	char line[256];
	ssize_t n;

	while ((n = read(STDIN_FILENO, line, sizeof(line))) > 0) {
		if (write(STDOUT_FILENO, line, n) != n)
			return 1;
	}
	return n < 0;
}
