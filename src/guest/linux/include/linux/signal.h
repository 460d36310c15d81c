/*
 * Signals: what is sent, what waits, and what a task wants done. Linux: include/linux/signal_types.h, sched/signal.h,
 * uapi/asm-generic/signal.h, siginfo.h.
 */
#ifndef _LINUX_SIGNAL_H
#define _LINUX_SIGNAL_H

#include <linux/types.h>
#include <linux/list.h>
#include <linux/spinlock.h>

struct task_struct;
struct pt_regs;

#define SIGHUP		1
#define SIGINT		2
#define SIGQUIT		3
#define SIGILL		4
#define SIGTRAP		5
#define SIGABRT		6
#define SIGBUS		7
#define SIGFPE		8
#define SIGKILL		9
#define SIGSEGV		11
#define SIGPIPE		13
#define SIGALRM		14
#define SIGTERM		15
#define SIGCHLD		17
#define SIGCONT		18
#define SIGSTOP		19
#define SIGTSTP		20
#define SIGTTIN		21
#define SIGTTOU		22
#define SIGURG		23
#define SIGXCPU		24
#define SIGXFSZ		25
#define SIGVTALRM	26
#define SIGPROF		27
#define SIGWINCH	28
#define SIGSYS		31
#define SIGRTMIN	32

#define NSIG		64
#define sigmask(sig)	(1UL << ((sig) - 1))
/* Without a handler these stop the process. */
#define SIG_KERNEL_STOP_MASK	(sigmask(SIGSTOP) | sigmask(SIGTSTP) | sigmask(SIGTTIN) | sigmask(SIGTTOU))
#define SIG_DFL		((void *)0)
#define SIG_IGN		((void *)1)

#define SA_NOCLDSTOP	0x00000001
#define SA_NOCLDWAIT	0x00000002
#define SA_SIGINFO	0x00000004
#define SA_EXPOSE_TAGBITS 0x00000800
#define SA_RESTORER	0x04000000
#define SA_ONSTACK	0x08000000
#define SA_RESTART	0x10000000
#define SA_NODEFER	0x40000000
#define SA_RESETHAND	0x80000000UL
/* What rt_sigaction() keeps; the rest reads back as 0, which is how a program finds out what there is. */
#define UAPI_SA_FLAGS \
	(SA_NOCLDSTOP | SA_NOCLDWAIT | SA_SIGINFO | SA_EXPOSE_TAGBITS | SA_RESTORER | SA_ONSTACK | SA_RESTART | SA_NODEFER | SA_RESETHAND)

/* si_code: who sent it, or what was wrong. Above 0 it is the kernel that tells of a fault. */
#define SI_USER		0
#define SI_KERNEL	0x80
#define SI_TIMER	-2
#define SI_TKILL	-6
#define ILL_ILLOPN	2
#define FPE_INTDIV	1
#define FPE_FLTDIV	3
#define FPE_FLTOVF	4
#define FPE_FLTUND	5
#define FPE_FLTRES	6
#define FPE_FLTINV	7
#define SEGV_MAPERR	1
#define SEGV_ACCERR	2
#define BUS_ADRALN	1
#define BUS_ADRERR	2
#define CLD_EXITED	1
#define CLD_KILLED	2
#define CLD_STOPPED	5
#define CLD_CONTINUED	6
#define TRAP_BRKPT	1
#define TRAP_TRACE	2

/* RLIMIT_SIGPENDING. Simplified: fixed; Linux derives it from the size of memory. */
#define MAX_QUEUED	256

/* As a handler sees it. Linux: union __sifields; of each signal one of the three, the rest is 0. */
struct kernel_siginfo {
	int si_signo;
	int si_errno;
	int si_code;
	int pad;
	union {
		struct {
			int si_pid;
			unsigned int si_uid;
			int si_status;		/* SIGCHLD: what the child passed to exit(), or its signal */
		};
		struct {
			int si_tid;		/* SI_TIMER: which timer, and how often it was over before this was taken */
			int si_overrun;
			unsigned long si_value;
		};
		unsigned long si_addr;
		unsigned long fields[14];
	};
};

/* One signal that waits. */
struct sigqueue {
	struct list_head list;
	unsigned int flags;
	unsigned int sys_private;	/* SIGQUEUE_PREALLOC: what posixtimer_rearm() gets; 0: it is not asked. Linux: si_sys_private */
	struct kernel_siginfo info;
};

/* It is a timer's, and stays when the signal is taken. */
#define SIGQUEUE_PREALLOC	1

struct sigpending {
	struct list_head list;		/* oldest first */
	unsigned long signal;		/* bit n - 1: signal n is in the list */
};

struct k_sigaction {
	void *sa_handler;
	unsigned long sa_flags;
	void *sa_restorer;
	unsigned long sa_mask;
};

struct sighand_struct {
	int count;			/* tasks that share it */
	spinlock_t siglock;		/* of signal and pending too */
	struct k_sigaction action[NSIG];
};

/* A signal on its way to a handler. */
struct ksignal {
	struct k_sigaction ka;
	struct kernel_siginfo info;
	int sig;
};

#define SS_ONSTACK	1
#define SS_DISABLE	2
#define SS_AUTODISARM	(1U << 31)
#define SS_FLAG_BITS	SS_AUTODISARM
#define MINSIGSTKSZ	2048

typedef struct {
	unsigned long ss_sp;
	int ss_flags;
	unsigned long ss_size;
} stack_t;

static inline void init_sigpending(struct sigpending *pending)
{
	INIT_LIST_HEAD(&pending->list);
	pending->signal = 0;
}

/*
 * From any context: the signal waits for p's next return to user mode; an interruptible sleep ends. priv: the kernel sends
 * it (SI_KERNEL), else current does. 0, -EINVAL, or -EAGAIN when one more cannot be queued.
 */
int send_sig(int sig, struct task_struct *p, int priv);
/* A signal that is there before anybody sends it, counted as one that waits. NULL: there are too many, or no memory. */
struct sigqueue *sigqueue_alloc(void);
void sigqueue_free(struct sigqueue *q);
/* To the thread, or group: to its process. True when it is ignored. One that waits still is not sent again. From any context. */
bool send_sigqueue(struct sigqueue *q, struct task_struct *p, bool group, unsigned int sys_private);
/* current has done it itself and cannot go on. Blocked or ignored, it ends. */
void force_sig(int sig);
void force_sig_fault(int sig, int code, unsigned long addr);
/* The end, whatever the program wants done with the signal. */
void force_fatal_sig(int sig);
/* A handler's frame has no place: SIGSEGV, and for SIGSEGV itself the end. */
void force_sigsegv(int sig);
/* Without a handler: the end of the task will be the only word of it, so the kernel says why. */
bool unhandled_signal(struct task_struct *tsk, int sig);
/* The next signal that has a handler; false when none waits. Does not return when one ends the task. */
bool get_signal(struct ksignal *ksig);
/* The handler's frame stands (or has no place: failed): mask, one-shot handlers. */
void signal_setup_done(int failed, struct ksignal *ksig);
void set_current_blocked(unsigned long set);
/* A mask for the time of one call: the old one comes back when it is over, or when the handler that ended it returns. */
int set_user_sigmask(const unsigned long __user *umask, size_t sigsetsize);
void restore_saved_sigmask_unless(bool interrupted);
void restore_saved_sigmask(void);
/* What a handler's return is to restore. */
unsigned long sigmask_to_save(void);
/* With the stack pointer in user mode, which must not stand on the stack that is replaced. */
int do_sigaltstack(const stack_t *ss, stack_t *oss, unsigned long sp);
int sas_ss_flags(unsigned long sp);
bool on_sig_stack(unsigned long sp);
/* The same to a whole process, or to all processes of a group. */
int send_group_sig(int sig, struct task_struct *p, int priv);
int send_group_sig_info(const struct kernel_siginfo *info, struct task_struct *p);
int kill_pgrp(pid_t pgrp, int sig, int priv);
/* The caller holds tasklist_lock. */
int __kill_pgrp(pid_t pgrp, int sig, int priv);
/* With siglock held. Takes all signals of mask out of the queue. */
void flush_sigqueue_mask(unsigned long mask, struct sigpending *s);
/* Something waits for t; fatal: it is woken also where it stopped, or waits for what cannot be interrupted. */
void signal_wake_up(struct task_struct *t, bool fatal);

/* jobctl.c, with siglock held. A signal is on its way to p: one that stops takes back one that lets go on, and the other way round. */
void prepare_signal(int sig, struct task_struct *p);
void forget_group_stop(struct task_struct *p);
/* current stops, for the signal that it has taken or, 0, because another thread has; then siglock is no longer held. False: it need not any more. */
bool do_signal_stop(int signr);
/* True: the parent was told of what SIGCONT did, and siglock is no longer held. */
bool tell_of_continue(void);
/* Without siglock: a thread that ends stops no more. */
void exit_group_stop(struct task_struct *tsk);
bool is_current_pgrp_orphaned(void);
/*
 * With tasklist_lock held: tsk ends, or loses parent, and its group may become one that nobody would let go on. Then those of it that
 * are stopped get SIGHUP and SIGCONT.
 */
void kill_orphaned_pgrp(struct task_struct *tsk, struct task_struct *parent);
/* A new task's: shared (CLONE_SIGHAND), or a copy. 0 or -ENOMEM. */
int copy_sighand(unsigned long clone_flags, struct task_struct *p);
void put_sighand(struct task_struct *p);
/* exec: handlers of its own. 0 or -ENOMEM. */
int unshare_sighand(void);
/* Handlers are forgotten; what is ignored stays so, unless force. */
void flush_signal_handlers(struct task_struct *tsk, bool force);
void exit_signals(struct task_struct *tsk);
/* All other threads of current's process are to end. */
void zap_other_threads(void);
/* The task is released: what waited for it goes. */
void __exit_signal(struct task_struct *tsk);
/* tsk, a group leader, has ended: its parent is told. True when it does not care, so tsk need not wait to be asked. */
bool do_notify_parent(struct task_struct *tsk);
/* Called by the exit work loop. */
void arch_do_signal_or_restart(struct pt_regs *regs);

#endif
