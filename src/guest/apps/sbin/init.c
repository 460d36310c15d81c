/*
 * The first process: init [-a NAME] PROGRAM [ARGUMENT...]. The program gets a session of its own with the console as its terminal, as getty makes
 * it of a login, and NAME, or its path, as argv[0]. Whatever ends without a parent is reaped here. When the program ends the machine goes
 * off, with the status that a shell would tell: 128 + signal, or what it passed to exit().
 * It stands on the kernel alone: no library is linked with it.
 */
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>
#include "lib/sysdep.h"

#define TIOCSCTTY	0x540e

#define LINUX_REBOOT_MAGIC1	0xfee1dead
#define LINUX_REBOOT_MAGIC2	0x28121969
#define LINUX_REBOOT_CMD_POWER_OFF	0x4321fedc

#define NOT_RUN	127

static const char cannot[] = "init: the program cannot be run\n";

/* System V ABI AMD64: argc is at (%rsp), argv and the environment above it. */
__asm__(".globl _start\n"
	".type _start, @function\n"
	"_start:\n\t"
#ifdef __RINGSIDE_CC__
	".frame_hint empty, rsp, 0\n\t"
#endif
	"xorl %ebp, %ebp\n\t"
	"movq %rsp, %rdi\n\t"
	"call init\n\t"
	"hlt\n\t"
	".size _start, . - _start");

static void run(const char *program, char **argv, char **envp)
{
	int terminal;

	syscall0(__NR_setsid);
	terminal = syscall3(__NR_open, (long)"/dev/console", O_RDWR | O_CLOEXEC, 0);
	syscall3(__NR_ioctl, terminal, TIOCSCTTY, 0);
	syscall3(__NR_execve, (long)program, (long)argv, (long)envp);
	syscall3(__NR_write, STDERR_FILENO, (long)cannot, sizeof(cannot) - 1);
	syscall1(__NR_exit_group, NOT_RUN);
}

/* stack: as the kernel has filled it. */
void init(long *stack)
{
	char **argv = (char **)(stack + 2), **envp = (char **)(stack + *stack + 2);
	const char *program = argv[0];
	int status = NOT_RUN << 8;
	long pid;

	if (program && program[0] == '-' && program[1] == 'a' && !program[2] && argv[1] && argv[2]) {
		program = argv[2];
		argv[2] = argv[1];
		argv += 2;
	}
	pid = syscall0(__NR_fork);
	if (pid == 0)
		run(program, argv, envp);
	while (pid > 0 && syscall6(__NR_wait4, -1, (long)&status, 0, 0, 0, 0) != pid)
		;
	syscall6(__NR_reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2, LINUX_REBOOT_CMD_POWER_OFF,
		 WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), 0, 0);
}
