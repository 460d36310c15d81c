/*
 * The kernel's own beginning. Linux: init/main.c.
 *
 * What Linux starts here and we do not have: RCU, cgroups, security modules.
 */
#include <linux/completion.h>
#include <linux/console.h>
#include <linux/err.h>
#include <linux/binfmts.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/init_syscalls.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/reboot.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/smp_lock.h>
#include <linux/string.h>
#include <linux/time.h>
#include <linux/tty.h>
#include <linux/ukl.h>
#include <linux/utsname.h>
#include <asm/processor.h>
#include <asm/ptrace.h>
#include <asm/segment.h>
#include <asm/setup.h>
#include <trace/events.h>

#define MAX_INIT_ARGS	32

static const char *execute_command = "/sbin/init";
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
void xarray_init(void);
extern char init_thread_union[];

/*
 * "init=/name" says what to run as the first process; what follows "--" goes to it. stdin=, stdout= and stderr= name the files of its first
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

#ifdef CONFIG_NET
extern initcall_t __start_initcalls1[], __stop_initcalls1[], __start_initcalls4[], __stop_initcalls4[], __start_initcalls5[], __stop_initcalls5[];
extern initcall_t __start_initcalls7[], __stop_initcalls7[];
#endif

static void __init do_initcalls(void)
{
	initcall_t *fn;

#ifdef CONFIG_NET
	for (fn = __start_initcalls1; fn < __stop_initcalls1; fn++)
		(*fn)();
	for (fn = __start_initcalls4; fn < __stop_initcalls4; fn++)
		(*fn)();
	for (fn = __start_initcalls5; fn < __stop_initcalls5; fn++)
		(*fn)();
#endif
	for (fn = __start_initcalls; fn < __stop_initcalls; fn++)
		(*fn)();
#ifdef CONFIG_NET
	for (fn = __start_initcalls7; fn < __stop_initcalls7; fn++)
		(*fn)();
#endif
}

/* Descriptors and words for the first program. */
static void prepare_init_process(void)
{
	const char *const *words;

	console_on_rootfs();
	if (cmdline_file && (words = read_words(cmdline_file)) && words[0])
		argv_init = words;
	if (environ_file && (words = read_words(environ_file)))
		envp_init = words;
	pr_info("Run %s as init process\n", execute_command);
}

#ifdef CONFIG_UNIKERNEL_LINUX
/* The application has begun. */
static bool application_runs;

/* The application's task: so far a kernel thread, from here on what exec makes of it. */
static int exec_application(void)
{
	int ret;

	/* As getty makes it of a login: a session of its own, with the port as its terminal. */
	current->signal->session = current->signal->pgrp = current->pid;
	proc_set_tty(&console_tty);
	prepare_init_process();
#ifdef CONFIG_UKL_ENTRY_NONE
	if (check_ukl_exec(execute_command)) {
		WRITE_ONCE(application_runs, true);
		ret = ukl_start_kmain(argv_init);
	}
	else
#endif
	ret = kernel_execve(execute_command, argv_init, envp_init);
	if (ret) {
		pr_err("Failed to execute %s (error %d)\n", execute_command, ret);
		if (signal_pending(current))
			return 0;
		do_exit(127 << 8);
	}
	WRITE_ONCE(application_runs, true);
	/* To user mode, by ret_from_fork. */
	return 0;
}

static int run_application(void *unused)
{
	int ret;

	(void)unused;
	lock_kernel();
	ret = exec_application();
	unlock_kernel();
	return ret;
}

/*
 * UKL: ordinary processes beside the application, begun by the /init of the ramdisk as on any Linux. Whether the application
 * lets them run is a matter of the stack it is found on. UKL: ukl_create_userspace() in init/main.c.
 * Simplified: within a millisecond of the application's beginning, not ten seconds after it.
 */
static int ukl_create_userspace(void *unused)
{
	static const char *const argv[] = { "/init", NULL };
	int ret;

	(void)unused;
	lock_kernel();
	do {
		set_current_state(TASK_UNINTERRUPTIBLE);
		schedule_hrtimeout(ktime_get() + NSEC_PER_MSEC);
	} while (!READ_ONCE(application_runs));
	current->signal->session = current->signal->pgrp = current->pid;
	console_on_rootfs();
	ret = kernel_execve(argv[0], argv, default_environment);
	if (ret)
		do_exit(127 << 8);
	unlock_kernel();
	return 0;
}

static bool has_userspace(void)
{
	struct file *file = filp_open("/init", O_RDONLY);

	if (IS_ERR(file))
		return false;
	fput(file);
	return strcmp(execute_command, CONFIG_UKL_NAME) == 0;
}

/*
 * In place of exec, in PID 1: the application is no program that reaps orphans and must not end.
 * Simplified: it is PID 1's child, and the machine goes off with its status. In UKL it is PID 1 itself, and its end a panic.
 */
static void __noreturn ukl_run(void)
{
	pid_t pid = kernel_thread(run_application, NULL, 0);
	int status = 0;

	if (pid < 0)
		panic("no memory for the application");
	if (has_userspace())
		kernel_thread(ukl_create_userspace, NULL, 0);
	/* Orphans come to it too. */
	while (kernel_wait(-1, &status) != pid)
		;
	/* As a shell tells it: 128 + signal, or what it passed to exit(). */
	kernel_power_off(status & 0x7f ? 128 + (status & 0x7f) : (status >> 8) & 0xff);
}
#endif

/* kthreadd is there. */
static struct completion kthreadd_done;

/* PID 1: a kernel thread until it execs. */
static int kernel_init(void *unused)
{
	int ret;

	(void)unused;
	wait_for_completion(&kthreadd_done);
	smp_init();
	do_initcalls();
	populate_rootfs();
#ifdef CONFIG_UNIKERNEL_LINUX
	ukl_run();
#endif
	prepare_init_process();
	ret = kernel_execve(execute_command, argv_init, envp_init);
	if (ret && !signal_pending(current))
		panic("Requested init %s failed (error %d).", execute_command, ret);
	unlock_kernel();
	/* To user mode, by ret_from_fork. */
	return 0;
}

/* The boot thread becomes the idle task. */
static void noinline rest_init(void)
{
	pid_t pid;

	init_completion(&kthreadd_done);
	/* First, so that it is PID 1. */
	pid = kernel_thread(kernel_init, NULL, CLONE_FS);
	set_task_comm(find_task_by_vpid(pid), "init");
	pid = kernel_thread(kthreadd, NULL, CLONE_FS | CLONE_FILES);
	kthreadd_task = find_task_by_vpid(pid);
	set_task_comm(kthreadd_task, "kthreadd");
	complete(&kthreadd_done);
	cpu_startup_entry();
}

/* For the lab's panels: what this kernel's words are called, and where they stand. Nothing here is code. */
static void __init announce(void)
{
	static const char kernel_cs[] = "__KERNEL_CS", kernel_ds[] = "__KERNEL_DS", user_ds[] = "__USER_DS", user_cs[] = "__USER_CS";
	static const char preempt_count[] = "preempt count";
	unsigned long low = (unsigned long)init_thread_union;
	unsigned long high = low + THREAD_SIZE;

	trace_stack_region(STACK_KIND_KERNEL, low, high, 0);
	(void)high;
	trace_first_task(init_task.comm);
	trace_selector_name(__KERNEL_CS, kernel_cs);
	trace_selector_name(__KERNEL_DS, kernel_ds);
	trace_selector_name(__USER_DS, user_ds);
	trace_selector_name(__USER_CS, user_cs);
	trace_saved_registers((struct pt_regs *)0, offsetof(struct pt_regs, bp));
	trace_caller_rsp(&cpu_tss_rw.sp2);
	trace_area_list((struct mm_struct *)0, offsetof(struct mm_struct, mmap), r = VM_READ, w = VM_WRITE, x = VM_EXEC, shared = VM_SHARED,
			grows_down = VM_GROWSDOWN);
	trace_area_span((struct mm_struct *)0, heap = offsetof(struct mm_struct, start_brk), end = offsetof(struct mm_struct, brk));
	trace_area_span((struct mm_struct *)0, arguments = offsetof(struct mm_struct, arg_start), end = offsetof(struct mm_struct, arg_end));
	trace_kernel_range(direct_map = PAGE_OFFSET, vmalloc = VMALLOC_START, page_structs = VMEMMAP_START, cpu_entry_area = CPU_ENTRY_AREA_BASE,
			   kernel_image = __START_KERNEL_map, fixmap = FIX_IO_APIC_BASE_0);
	/* The highest bit says that nobody waits for the CPU. */
	trace_cpu_word(preempt_count, &__preempt_count, sizeof(__preempt_count), 0x7fffffff);
	(void)kernel_cs;
	(void)kernel_ds;
	(void)user_ds;
	(void)user_cs;
	(void)preempt_count;
#ifdef CONFIG_UNIKERNEL_LINUX
	{
		static const char mode[] = "ukl_mode", in_kernel[] = "ukl_mode 1, kernel", in_application[] = "ukl_mode 2, app";

		trace_task_word(mode, &current_task, offsetof(struct task_struct, ukl_mode), sizeof(int));
		trace_mode_name(UKL_KERNEL, in_kernel, 0);
		trace_mode_name(UKL_APPLICATION, in_application, 1);
		(void)mode;
		(void)in_kernel;
		(void)in_application;
	}
#endif
}

asmlinkage __visible void __init __noreturn start_kernel(void)
{
	local_irq_disable();
	announce();
	/* Before the first message: "quiet" is about them all. */
	parse_args();
	pr_notice("Linux version %s\n", UTS_RELEASE);
	setup_arch();
	pr_notice("Command line: %s\n", boot_command_line);
	mem_init();
	setup_per_cpu_areas();
	pti_init();
	kmem_cache_init();
	fork_init();
	signals_init();
	xarray_init();
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
