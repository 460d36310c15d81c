/* Two processes that let each other have the CPU all the time: a context switch a call, and another address space with each. */
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	int rounds = argc > 1 ? atoi(argv[1]) : 1;
	pid_t child = fork();

	for (int i = 0; i < rounds; i++)
		sched_yield();
	if (!child)
		_exit(0);
	waitpid(child, 0, 0);
	printf("%d\n", rounds);
	return 0;
}
