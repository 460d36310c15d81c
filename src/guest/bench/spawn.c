/* A process that is made, ends at once and is waited for, again and again. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	int rounds = argc > 1 ? atoi(argv[1]) : 1, sum = 0;

	for (int i = 0; i < rounds; i++) {
		pid_t child = fork();
		int status;

		if (!child)
			_exit(i & 1);
		if (waitpid(child, &status, 0) == child)
			sum += WEXITSTATUS(status);
	}
	printf("%d\n", sum);
	return 0;
}
