/* What /proc/PID says of a process. Linux: fs/proc/array.c, base.c, task_mmu.c. */
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/proc_fs.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/time.h>
#include <linux/tty.h>

#define NSEC_PER_CLOCK	(NSEC_PER_SEC / 100)

struct state_name {
	char letter;
	const char *text;
};

static struct state_name state_of(const struct task_struct *p)
{
	if (p->exit_state)
		return p->exit_state & EXIT_ZOMBIE ? (struct state_name) { 'Z', "zombie" } : (struct state_name) { 'X', "dead" };
	if (p->__state & TASK_INTERRUPTIBLE)
		return (struct state_name) { 'S', "sleeping" };
	if (p->__state & __TASK_STOPPED)
		return (struct state_name) { 'T', "stopped" };
	if (p->__state & TASK_NOLOAD)
		return (struct state_name) { 'I', "idle" };
	if (p->__state & TASK_UNINTERRUPTIBLE)
		return (struct state_name) { 'D', "disk sleep" };
	return (struct state_name) { 'R', "running" };
}

/* The signals that p's program ignores, and those that it has handlers for. */
static void collect_sigign_sigcatch(const struct task_struct *p, unsigned long *ign, unsigned long *catch)
{
	int i;

	*ign = *catch = 0;
	for (i = 1; p->sighand && i <= NSIG; i++) {
		void *handler = p->sighand->action[i - 1].sa_handler;

		if (handler == SIG_IGN)
			*ign |= sigmask(i);
		else if (handler != SIG_DFL)
			*catch |= sigmask(i);
	}
}

/* 52 fields. Simplified: 0 where nothing of the kind is counted, and all that is secret of a program, as for another user. */
void proc_pid_stat(struct seq_file *m, struct task_struct *p)
{
	const struct signal_struct *sig = p->signal;
	const struct mm_struct *mm = p->mm;
	struct used used = thread_group_used(p);
	unsigned long ign, catch;

	collect_sigign_sigcatch(p, &ign, &catch);
	seq_printf(m, "%d (%s) %c %d %d %d %d %d %u ", p->pid, p->comm, state_of(p).letter, p->real_parent->tgid, sig->pgrp, sig->session,
		   sig->tty ? MKDEV(4, 64) : 0, sig->tty ? sig->tty->pgrp : -1, p->flags);
	seq_printf(m, "%lu %lu 0 0 %ld %ld %ld %ld ", used.min_flt, sig->children.min_flt, used.utime / NSEC_PER_CLOCK, used.stime / NSEC_PER_CLOCK,
		   sig->children.utime / NSEC_PER_CLOCK, sig->children.stime / NSEC_PER_CLOCK);
	seq_printf(m, "20 0 %d 0 %ld %lu %lu %lu ", sig->nr_threads, p->start_time / NSEC_PER_CLOCK, mm ? mm->total_vm << PAGE_SHIFT : 0, mm ? mm->rss : 0,
		   sig->rlim[RLIMIT_RSS].rlim_cur);
	seq_printf(m, "%d %d 0 0 0 %lu %lu %lu %lu 0 0 0 %d 0 0 0 0 0 0 0 0 0 0 0 0 0 %d\n", mm != NULL, mm != NULL, p->pending.signal & 0x7fffffff,
		   p->blocked & 0x7fffffff, ign & 0x7fffffff, catch & 0x7fffffff, p->exit_signal, p->exit_state ? p->exit_code : 0);
}

void proc_pid_status(struct seq_file *m, struct task_struct *p)
{
	const struct signal_struct *sig = p->signal;
	struct state_name state = state_of(p);
	const struct mm_struct *mm = p->mm;
	unsigned long ign, catch;

	collect_sigign_sigcatch(p, &ign, &catch);
	seq_printf(m, "Name:\t%s\nState:\t%c (%s)\nTgid:\t%d\nPid:\t%d\nPPid:\t%d\nTracerPid:\t0\nUid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\n", p->comm, state.letter,
		   state.text, p->tgid, p->pid, p->real_parent->tgid);
	if (mm)
		seq_printf(m, "VmSize:\t%8lu kB\nVmRSS:\t%8lu kB\n", mm->total_vm * (PAGE_SIZE / 1024), mm->rss * (PAGE_SIZE / 1024));
	seq_printf(m, "Threads:\t%d\nSigPnd:\t%016lx\nShdPnd:\t%016lx\nSigBlk:\t%016lx\nSigIgn:\t%016lx\nSigCgt:\t%016lx\n", sig->nr_threads, p->pending.signal,
		   sig->shared_pending.signal, p->blocked, ign, catch);
	seq_printf(m, "voluntary_ctxt_switches:\t%lu\nnonvoluntary_ctxt_switches:\t%lu\n", p->used.nvcsw, p->used.nivcsw);
}

void proc_pid_statm(struct seq_file *m, struct task_struct *p)
{
	const struct mm_struct *mm = p->mm;

	seq_printf(m, "%lu %lu 0 %lu 0 0 0\n", mm ? mm->total_vm : 0, mm ? mm->rss : 0, mm ? (mm->end_code - mm->start_code) >> PAGE_SHIFT : 0);
}

void proc_pid_comm(struct seq_file *m, struct task_struct *p)
{
	seq_printf(m, "%s\n", p->comm);
}

/* Its memory, which stays and does not change as long as it is looked at. */
static struct mm_struct *get_task_mm(struct task_struct *p)
{
	struct mm_struct *mm = p->mm;

	if (mm) {
		mmget(mm);
		mmap_read_lock(mm);
	}
	return mm;
}

static void put_task_mm(struct mm_struct *mm)
{
	mmap_read_unlock(mm);
	mmput(mm);
}

/* Its arguments, as they stand in its memory now. Simplified: only as far as their pages are there. Linux: get_mm_cmdline(). */
void proc_pid_cmdline(struct seq_file *m, struct task_struct *p)
{
	struct mm_struct *mm = get_task_mm(p);
	unsigned long at, n;

	if (!mm)
		return;
	for (at = mm->arg_start; at < mm->arg_end; at += n) {
		pte_t *pte = get_pte(mm, at);

		n = min(mm->arg_end - at, PAGE_SIZE - (at & ~PAGE_MASK));
		if (!pte || pte_none(*pte))
			break;
		seq_write(m, (const char *)page_address(pte_page(*pte)) + (at & ~PAGE_MASK), n);
	}
	put_task_mm(mm);
}

static const char *vma_name(const struct vm_area_struct *vma)
{
	const struct mm_struct *mm = vma->vm_mm;

	if (vma->vm_start <= mm->brk && vma->vm_end >= mm->start_brk)
		return "[heap]";
	return vma->vm_start <= mm->start_stack && vma->vm_end >= mm->start_stack ? "[stack]" : "";
}

void proc_pid_maps(struct seq_file *m, struct task_struct *p)
{
	struct mm_struct *mm = get_task_mm(p);
	struct vm_area_struct *vma;
	char *path;

	if (!mm)
		return;
	path = kmalloc(PATH_MAX, GFP_KERNEL);
	for (vma = mm->mmap; vma && path; vma = vma->vm_next) {
		struct file *file = vma->vm_file;
		const char *name = file ? d_path(file->f_dentry, path, PATH_MAX) : vma_name(vma);

		seq_printf(m, "%08lx-%08lx %c%c%c%c %08lx 00:%02x %-10lu%s%s\n", vma->vm_start, vma->vm_end, vma->vm_flags & VM_READ ? 'r' : '-',
			   vma->vm_flags & VM_WRITE ? 'w' : '-', vma->vm_flags & VM_EXEC ? 'x' : '-', vma->vm_flags & VM_SHARED ? 's' : 'p',
			   file ? vma->vm_pgoff << PAGE_SHIFT : 0, file ? 1 : 0, file ? file->f_inode->i_ino : 0,
			   IS_ERR(name) || !*name ? "" : "                ", IS_ERR(name) ? "" : name);
	}
	kfree(path);
	put_task_mm(mm);
}
