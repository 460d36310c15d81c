/* Descriptors and open files. Linux: fs/file.c, fs/file_table.c. */
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/syscalls.h>

struct file *get_file(struct file *f)
{
	atomic_inc(&f->f_count);
	return f;
}

void fput(struct file *f)
{
	if (!atomic_dec_and_test(&f->f_count))
		return;
	if (f->f_op && f->f_op->release)
		f->f_op->release(f);
	dput(f->f_dentry);
	iput(f->f_inode);
	kfree(f);
}

struct file *fget(unsigned int fd)
{
	struct files_struct *files = current->files;

	if (!files || fd >= NR_OPEN_DEFAULT || !files->fd[fd])
		return NULL;
	return get_file(files->fd[fd]);
}

int fd_install_from(unsigned int from, struct file *file)
{
	struct files_struct *files = current->files;
	unsigned int fd;

	for (fd = from; fd < NR_OPEN_DEFAULT; fd++) {
		if (!files->fd[fd]) {
			files->fd[fd] = file;
			files->close_on_exec &= ~(1UL << fd);
			return fd;
		}
	}
	return -EMFILE;
}

int close_fd(unsigned int fd)
{
	struct files_struct *files = current->files;

	if (!files || fd >= NR_OPEN_DEFAULT || !files->fd[fd])
		return -EBADF;
	fput(files->fd[fd]);
	files->fd[fd] = NULL;
	return 0;
}

SYSCALL_DEFINE1(close, unsigned int, fd)
{
	return close_fd(fd);
}

/* A new task shares its parent's descriptors (CLONE_FILES), or gets a copy of them. */
int copy_files(unsigned long clone_flags, struct task_struct *p)
{
	struct files_struct *old = current->files;
	struct files_struct *files;
	int fd;

	if (old && (clone_flags & CLONE_FILES)) {
		atomic_inc(&old->count);
		p->files = old;
		return 0;
	}
	files = kzalloc(sizeof(*files), GFP_KERNEL);
	if (!files)
		return -ENOMEM;
	atomic_set(&files->count, 1);
	for (fd = 0; old && fd < NR_OPEN_DEFAULT; fd++) {
		if (old->fd[fd])
			files->fd[fd] = get_file(old->fd[fd]);
	}
	p->files = files;
	return 0;
}

void exit_files(struct task_struct *tsk)
{
	struct files_struct *files = tsk->files;
	int fd;

	tsk->files = NULL;
	if (!files || !atomic_dec_and_test(&files->count))
		return;
	for (fd = 0; fd < NR_OPEN_DEFAULT; fd++) {
		if (files->fd[fd])
			fput(files->fd[fd]);
	}
	kfree(files);
}
