/*
 * The start of UKL's first version: no exec, no user space. The kernel calls the application as a function, on the kernel
 * thread that would have run /init, after it has given that thread by hand what exec gives a process.
 * Paper: "Unikernels: The Next Stage of Linux's Dominance", HotOS'19; there: interface.c, kmain() and setup_mm().
 */
#include <linux/binfmts.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/signal.h>
#include <linux/smp_lock.h>
#include <linux/ukl.h>
#include <asm/fpu.h>
#include <trace/events.h>

#ifdef CONFIG_UKL_ENTRY_NONE
#define KMAIN_MMAP_BASE		0x7f0000000000UL

/* So that the thread sees the lower half of the address space. */
static int setup_mm(void)
{
	struct mm_struct *mm = mm_alloc();

	if (!mm)
		return -ENOMEM;
	mm->mmap_base = KMAIN_MMAP_BASE;
	mm->start_brk = mm->brk = UKL_BRK_START;
	return exec_mmap(mm);
}

/*
 * Comes back when the application runs on a thread of its own (UKL_EARLY_PTHREAD) or with an errno. The mode is 1 from now on
 * whatever runs: nobody tells the kernel and the application apart.
 */
int ukl_start_kmain(const char *const *argv)
{
	struct task_struct *tsk = current;
	struct linux_binprm bprm = { .filename = CONFIG_UKL_NAME, .interp = CONFIG_UKL_NAME };
	int argc = 0;
	int ret = setup_mm();

	if (!ret)
		ret = unshare_sighand();
	if (!ret)
		ret = fpu_flush_thread();
	if (ret)
		return ret;
	bprm.mm = tsk->mm;
	tsk->thread_info.flags = 0;
	set_task_comm(tsk, CONFIG_UKL_NAME + 1);
	trace_sched_process_exec((&bprm));
	while (argv[argc])
		argc++;
	/* The application takes the lock when it calls. */
	unlock_kernel();
	ukl_lib_start_kmain(argc, argv);
	lock_kernel();
	/* Its thread has gone on. This one only keeps what they share; the application's end is the machine's. */
	for (;;) {
		set_current_state(TASK_UNINTERRUPTIBLE);
		schedule();
	}
}
#endif
