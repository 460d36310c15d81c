/* Whose terminal it is: sessions, and the group in the foreground. Linux: drivers/tty/tty_jobctrl.c. */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/signal.h>
#include <linux/tty.h>
#include <linux/uaccess.h>

#define TIOCSCTTY	0x540e
#define TIOCGPGRP	0x540f
#define TIOCSPGRP	0x5410
#define TIOCNOTTY	0x5422
#define TIOCGSID	0x5429

static bool is_ignored(int sig)
{
	return (current->blocked & sigmask(sig)) || current->sighand->action[sig - 1].sa_handler == SIG_IGN;
}

/* Linux: __tty_check_change(). Kernel threads have no terminal. */
int tty_check_change(struct tty_struct *tty, int sig)
{
	pid_t pgrp = current->signal->pgrp;

	if (current->signal->tty != tty || !tty->pgrp || tty->pgrp == pgrp)
		return 0;
	if (is_ignored(sig))
		return sig == SIGTTIN ? -EIO : 0;
	if (is_current_pgrp_orphaned())
		return -EIO;
	kill_pgrp(pgrp, sig, 1);
	set_thread_flag(TIF_SIGPENDING);
	return -ERESTARTSYS;
}

void proc_set_tty(struct tty_struct *tty)
{
	struct signal_struct *sig = current->signal;

	tty->session = sig->session;
	tty->pgrp = sig->pgrp;
	sig->tty = tty;
}

/* Nobody in the session has it any more. Linux: session_clear_tty(). */
static void session_clear_tty(pid_t session)
{
	struct task_struct *p;
	unsigned long flags;

	spin_lock_irqsave(&tasklist_lock, flags);
	for_each_process(p) {
		if (p->signal->session == session)
			p->signal->tty = NULL;
	}
	spin_unlock_irqrestore(&tasklist_lock, flags);
}

void disassociate_ctty(void)
{
	struct signal_struct *sig = current->signal;
	struct tty_struct *tty = sig->tty;

	if (!tty || sig->session != current->tgid)
		return;
	if (tty->pgrp) {
		kill_pgrp(tty->pgrp, SIGHUP, 1);
		kill_pgrp(tty->pgrp, SIGCONT, 1);
	}
	tty->session = 0;
	tty->pgrp = 0;
	session_clear_tty(sig->session);
}

/* Linux: tiocsctty(). steal: also from another session. */
static long tiocsctty(struct tty_struct *tty, bool steal)
{
	struct signal_struct *sig = current->signal;
	bool leader = sig->session == current->tgid;

	if (leader && tty->session == sig->session)
		return 0;
	if (!leader || sig->tty || (tty->session && !steal))
		return -EPERM;
	if (tty->session)
		session_clear_tty(tty->session);
	proc_set_tty(tty);
	return 0;
}

static pid_t session_of_pgrp(pid_t pgrp)
{
	struct task_struct *p;

	for_each_process(p) {
		if (p->signal->pgrp == pgrp)
			return p->signal->session;
	}
	return 0;
}

/* Linux: tiocspgrp(). */
static long tiocspgrp(struct tty_struct *tty, const pid_t __user *p)
{
	struct signal_struct *sig = current->signal;
	long ret = tty_check_change(tty, SIGTTOU);
	pid_t pgrp, session;

	if (ret)
		return ret == -EIO ? -ENOTTY : ret;
	if (get_user(pgrp, p))
		return -EFAULT;
	if (pgrp < 0)
		return -EINVAL;
	if (sig->tty != tty || tty->session != sig->session)
		return -ENOTTY;
	session = session_of_pgrp(pgrp);
	if (session != sig->session)
		return session ? -EPERM : -ESRCH;
	tty->pgrp = pgrp;
	return 0;
}

long tty_jobctrl_ioctl(struct tty_struct *tty, unsigned int cmd, unsigned long arg)
{
	struct signal_struct *sig = current->signal;
	pid_t __user *p = (pid_t __user *)arg;

	switch (cmd) {
	case TIOCSCTTY:
		return tiocsctty(tty, arg == 1);
	case TIOCNOTTY:
		if (sig->tty != tty)
			return -ENOTTY;
		disassociate_ctty();
		sig->tty = NULL;
		return 0;
	case TIOCGPGRP:
		return sig->tty != tty ? -ENOTTY : put_user(tty->pgrp, p);
	case TIOCSPGRP:
		return tiocspgrp(tty, p);
	case TIOCGSID:
		return sig->tty != tty || !tty->session ? -ENOTTY : put_user(tty->session, p);
	}
	return -ENOTTY;
}
