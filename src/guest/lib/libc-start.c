/* From _start to main() and out again. glibc: csu/libc-start.c, csu/libc-tls.c. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "sysdep.h"

#define ARCH_SET_FS	0x1002
#define TLS_ALIGN	16

int main(int argc, char **argv, char **envp);

/* The link's own bounds of the initial thread-local data. */
extern char __tls_data_start[], __tls_data_end[], __tls_bss_start[], __tls_bss_end[];

/* The thread control block: FS points at it, its first word at itself. ABI, "Thread-Local Storage", variant II. */
struct tcb {
	struct tcb *self;
};

static unsigned long round_up(unsigned long value, unsigned long to)
{
	return (value + to - 1) & -to;
}

/* Memory from brk: variables end where the control block begins. */
static void setup_tls(void)
{
	size_t data = __tls_data_end - __tls_data_start;
	size_t size = round_up(__tls_bss_end - __tls_data_start, TLS_ALIGN);
	char *block;
	struct tcb *tcb;

	if (__tls_bss_end < __tls_data_start)
		size = round_up(data, TLS_ALIGN);
	/* sbrk() may not report an error yet: errno itself lives in this block. */
	block = (char *)round_up((unsigned long)sbrk(size + sizeof(struct tcb) + TLS_ALIGN), TLS_ALIGN);
	memcpy(block, __tls_data_start, data);
	tcb = (struct tcb *)(block + size);
	tcb->self = tcb;
	syscall2(__NR_arch_prctl, ARCH_SET_FS, (long)tcb);
}

void __libc_start_main(int argc, char **argv)
{
	setup_tls();
#ifdef CONFIG_UKL_BYPASS
	set_bypass_syscall(1);
#endif
	exit(main(argc, argv, argv + argc + 1));
}

void exit(int status)
{
	fflush(stdout);
	_exit(status);
}

void abort(void)
{
	_exit(134);
}
