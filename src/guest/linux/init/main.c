/*
 * The kernel's own beginning. Linux: init/main.c.
 *
 * What Linux starts here and we do not have: more CPUs, RCU, cgroups, security modules, kthreadd.
 */
#include <linux/console.h>
#include <linux/binfmts.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/init_syscalls.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/time.h>
#include <linux/utsname.h>
#include <asm/setup.h>
#include <trace/events.h>

#define MAX_INIT_ARGS	32

static const char *execute_command = "/init";
static const char *argv_init[MAX_INIT_ARGS + 2];
static const char *const envp_init[] = { "HOME=/", "TERM=linux", NULL };

extern initcall_t __start_initcalls[], __stop_initcalls[];
void fork_init(void);
void console_flush_on_panic(void);
extern char init_thread_union[];

/* "init=/name" says what to run; what follows "--" goes to its main(). */
static void __init parse_args(void)
{
	static char words[COMMAND_LINE_SIZE];
	char *p = words;
	int n = 1;
	bool to_init = false;

	strscpy(words, boot_command_line, COMMAND_LINE_SIZE);
	for (;;) {
		char *word;

		while (*p == ' ')
			p++;
		if (!*p)
			break;
		word = p;
		while (*p && *p != ' ')
			p++;
		if (*p)
			*p++ = '\0';

		if (to_init) {
			if (n <= MAX_INIT_ARGS)
				argv_init[n++] = word;
		} else if (strcmp(word, "--") == 0) {
			to_init = true;
		} else if (strncmp(word, "init=", 5) == 0) {
			execute_command = word + 5;
		} else if (strcmp(word, "oops=panic") == 0) {
			panic_on_oops = 1;
		}
	}
	argv_init[0] = execute_command;
}

static void __init do_initcalls(void)
{
	initcall_t *fn;

	for (fn = __start_initcalls; fn < __stop_initcalls; fn++)
		(*fn)();
}

/* The application's task: so far a kernel thread, from here on what exec makes of it. */
static int run_init_process(void *unused)
{
	int ret;

	(void)unused;
	console_on_rootfs();
	pr_info("Run %s as init process\n", argv_init[0]);
	ret = kernel_execve(argv_init[0], argv_init, envp_init);
	if (ret) {
		pr_err("Failed to execute %s (error %d)\n", argv_init[0], ret);
		do_exit(127 << 8);
	}
	/* To user mode, by ret_from_fork. */
	return 0;
}

/*
 * PID 1. It does not become the application, but starts it as a child, so that the machine can end
 * with the application's exit status.
 */
static int kernel_init(void *unused)
{
	int status = 0;
	pid_t pid;

	(void)unused;
	do_initcalls();
	populate_rootfs();

	pid = kernel_thread(run_init_process, NULL, 0);
	if (pid < 0)
		panic("no memory for the init process");
	while (kernel_wait(pid, &status) != pid)
		;
	console_flush_on_panic();
	/* As a shell tells it: 128 + signal, or what it passed to exit(). */
	machine_power_off(status & 0x7f ? 128 + (status & 0x7f) : (status >> 8) & 0xff);
}

/* The boot thread becomes the idle task. */
static void noinline rest_init(void)
{
	pid_t pid = kernel_thread(kernel_init, NULL, 0);

	set_task_comm(find_task_by_vpid(pid), "init");
	cpu_startup_entry();
}

/* For the lab's panels: where two variables of this CPU stand. */
static void __init announce_percpu(void)
{
	static const char count_name[] = "preempt_count";
	static const char current_name[] = "current_task";
	int *count = this_cpu_ptr(&__preempt_count);
	struct task_struct **task = this_cpu_ptr(&current_task);
	unsigned long low = (unsigned long)init_thread_union;
	unsigned long high = low + THREAD_SIZE;

	trace_per_cpu_var(count_name, count);
	trace_per_cpu_var(current_name, task);
	trace_stack_region(STACK_KIND_KERNEL, low, high, 0);
	(void)count;
	(void)task;
	(void)high;
	(void)count_name;
	(void)current_name;
}

asmlinkage __visible void __init __noreturn start_kernel(void)
{
	local_irq_disable();
	announce_percpu();
	pr_notice("Linux version %s\n", UTS_RELEASE);
	setup_arch();
	pr_notice("Command line: %s\n", boot_command_line);
	parse_args();
	mem_init();
	kmem_cache_init();
	fork_init();
	sched_init();
	init_IRQ();
	tsc_init();
	console_init();
	vfs_caches_init();
	timekeeping_init();
	local_irq_enable();
	rest_init();
	unreachable();
}
