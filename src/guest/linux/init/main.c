/*
 * The kernel's own beginning. Linux: init/main.c.
 *
 * What Linux starts here and we do not have: more CPUs, RCU, cgroups, security modules, kthreadd.
 */
#include <linux/console.h>
#include <linux/err.h>
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
static const char *argv_words[MAX_INIT_ARGS + 2];
static const char *const default_environment[] = { "HOME=/", "TERM=linux", NULL };
static const char *const *argv_init = argv_words;
static const char *const *envp_init = default_environment;
/* Files with the words of argv and of the environment, for words that do not fit into a command line. */
static const char *cmdline_file, *environ_file;
extern const char *init_stdio[3];

extern initcall_t __start_initcalls[], __stop_initcalls[];
void fork_init(void);
void signals_init(void);
void console_flush_on_panic(void);
extern char init_thread_union[];

/*
 * "init=/name" says what to run; what follows "--" goes to its main(). stdin=, stdout= and stderr= name the files of its first
 * three descriptors; init_cmdline= and init_environ= files like those of /proc/PID: its words, each ended by a NUL.
 */
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
				argv_words[n++] = word;
		} else if (strcmp(word, "--") == 0) {
			to_init = true;
		} else if (strncmp(word, "init=", 5) == 0) {
			execute_command = word + 5;
		} else if (strncmp(word, "stdin=", 6) == 0) {
			init_stdio[0] = word + 6;
		} else if (strncmp(word, "stdout=", 7) == 0) {
			init_stdio[1] = word + 7;
		} else if (strncmp(word, "stderr=", 7) == 0) {
			init_stdio[2] = word + 7;
		} else if (strncmp(word, "init_cmdline=", 13) == 0) {
			cmdline_file = word + 13;
		} else if (strncmp(word, "init_environ=", 13) == 0) {
			environ_file = word + 13;
		} else if (strcmp(word, "quiet") == 0) {
			console_loglevel = CONSOLE_LOGLEVEL_QUIET;
		} else if (strcmp(word, "oops=panic") == 0) {
			panic_on_oops = 1;
		}
	}
	argv_words[0] = execute_command;
}

/* The words of such a file. NULL when it cannot be read. */
static const char *const *read_words(const char *path)
{
	struct file *file = filp_open(path, O_RDONLY);
	size_t size, n = 0, i;
	const char **words;
	loff_t pos = 0;
	char *text;

	if (IS_ERR(file))
		return NULL;
	size = file->f_inode->i_size;
	text = kmalloc(size + 1, GFP_KERNEL);
	words = kcalloc(size + 1, sizeof(*words), GFP_KERNEL);
	if (!text || !words || kernel_read(file, text, size, &pos) != (ssize_t)size)
		panic("cannot read %s", path);
	fput(file);
	for (i = 0; i < size; i += strlen(text + i) + 1)
		words[n++] = text + i;
	return words;
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
	const char *const *words;
	int ret;

	(void)unused;
	console_on_rootfs();
	if (cmdline_file && (words = read_words(cmdline_file)) && words[0])
		argv_init = words;
	if (environ_file && (words = read_words(environ_file)))
		envp_init = words;
	pr_info("Run %s as init process\n", execute_command);
	ret = kernel_execve(execute_command, argv_init, envp_init);
	if (ret) {
		pr_err("Failed to execute %s (error %d)\n", execute_command, ret);
		do_exit(127 << 8);
	}
	/* To user mode, by ret_from_fork. */
	return 0;
}

/*
 * PID 1.
 * Simplified: it does not become the application, but starts it as its child, PID 2, and powers off
 * with the child's exit status. On Linux PID 1 execs, and its end is a panic.
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
	/* Before the first message: "quiet" is about them all. */
	parse_args();
	pr_notice("Linux version %s\n", UTS_RELEASE);
	setup_arch();
	pr_notice("Command line: %s\n", boot_command_line);
	mem_init();
	kmem_cache_init();
	fork_init();
	signals_init();
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
