/* Descriptors and open files. Linux: fs/file.c, fs/file_table.c. */
#include <linux/errno.h>
#include <linux/eventpoll.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
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
#ifdef CONFIG_NET
	eventpoll_release(f);
#endif
	if (f->f_op && f->f_op->release)
		f->f_op->release(f);
	f->f_inode->i_writecount -= f->f_writes;
	dput(f->f_dentry);
	iput(f->f_inode);
	kfree(f);
}

struct file *alloc_file_pseudo(struct inode *inode, const char *name, int flags, const struct file_operations *fop)
{
	struct dentry *dentry = kzalloc(sizeof(*dentry), GFP_KERNEL);
	struct file *file = kzalloc(sizeof(*file), GFP_KERNEL);
	char *copy = kstrdup(name, GFP_KERNEL);

	if (!dentry || !file || !copy) {
		kfree(dentry);
		kfree(file);
		kfree(copy);
		return NULL;
	}
	/* As of a file that has been unlinked: it goes with the last one who has it open. */
	dentry->d_name = copy;
	dentry->d_gone = true;
	dentry->d_pseudo = true;
	dentry->d_count = 1;
	dentry->d_inode = inode;
	dentry->d_parent = dget(root_dentry);
	INIT_LIST_HEAD(&dentry->d_subdirs);
	inode->i_count += 2;
	atomic_set(&file->f_count, 1);
	file->f_flags = flags;
	file->f_dentry = dentry;
	file->f_inode = inode;
	file->f_op = fop;
	return file;
}

static struct fd_entry *entry_of(unsigned int fd)
{
	struct files_struct *files = current->files;

	return files && fd < files->max_fds && files->fdt[fd].file ? &files->fdt[fd] : NULL;
}

struct file *fget_raw(unsigned int fd)
{
	struct fd_entry *entry = entry_of(fd);

	return entry ? get_file(entry->file) : NULL;
}

struct file *fget(unsigned int fd)
{
	struct fd_entry *entry = entry_of(fd);

	return entry && !(entry->file->f_flags & O_PATH) ? get_file(entry->file) : NULL;
}

bool get_close_on_exec(unsigned int fd)
{
	return entry_of(fd)->close_on_exec;
}

void set_close_on_exec(unsigned int fd, bool on)
{
	entry_of(fd)->close_on_exec = on;
}

/* Makes room for descriptor fd. Linux: expand_files(). */
static int expand_files(struct files_struct *files, unsigned int fd)
{
	struct fd_entry *fdt;
	unsigned int max_fds = files->max_fds;

	if (fd >= NR_OPEN_MAX)
		return -EMFILE;
	if (fd < max_fds)
		return 0;
	while (max_fds <= fd)
		max_fds *= 2;
	fdt = kcalloc(max_fds, sizeof(*fdt), GFP_KERNEL);
	if (!fdt)
		return -ENOMEM;
	memcpy(fdt, files->fdt, files->max_fds * sizeof(*fdt));
	if (files->fdt != files->fdtab)
		kfree(files->fdt);
	files->fdt = fdt;
	files->max_fds = max_fds;
	return 0;
}

int fd_install_from(unsigned int from, struct file *file, bool close_on_exec)
{
	struct files_struct *files = current->files;
	unsigned int fd = from;
	int ret;

	while (fd < files->max_fds && files->fdt[fd].file)
		fd++;
	ret = fd >= rlimit(RLIMIT_NOFILE) ? -EMFILE : expand_files(files, fd);
	if (ret)
		return ret;
	files->fdt[fd] = (struct fd_entry) { file, close_on_exec };
	return fd;
}

int replace_fd(unsigned int fd, struct file *file, bool close_on_exec)
{
	struct files_struct *files = current->files;
	struct file *was;
	int ret = expand_files(files, fd);

	if (ret)
		return ret;
	was = files->fdt[fd].file;
	files->fdt[fd] = (struct fd_entry) { file, close_on_exec };
	if (was)
		fput(was);
	return fd;
}

int close_fd(unsigned int fd)
{
	struct fd_entry *entry = entry_of(fd);
	struct file *file;

	if (!entry)
		return -EBADF;
	file = entry->file;
	*entry = (struct fd_entry) { 0 };
	fput(file);
	return 0;
}

SYSCALL_DEFINE1(close, unsigned int, fd)
{
	return close_fd(fd);
}

static void free_files(struct files_struct *files)
{
	if (files->fdt != files->fdtab)
		kfree(files->fdt);
	kfree(files);
}

/* A new task shares its parent's descriptors (CLONE_FILES), or gets a copy of them. */
int copy_files(unsigned long clone_flags, struct task_struct *p)
{
	struct files_struct *old = current->files;
	struct files_struct *files;
	unsigned int fd;

	if (old && (clone_flags & CLONE_FILES)) {
		atomic_inc(&old->count);
		p->files = old;
		return 0;
	}
	files = kzalloc(sizeof(*files), GFP_KERNEL);
	if (!files)
		return -ENOMEM;
	atomic_set(&files->count, 1);
	files->max_fds = NR_OPEN_DEFAULT;
	files->fdt = files->fdtab;
	if (old && expand_files(files, old->max_fds - 1)) {
		free_files(files);
		return -ENOMEM;
	}
	for (fd = 0; old && fd < old->max_fds; fd++) {
		files->fdt[fd] = old->fdt[fd];
		if (old->fdt[fd].file)
			get_file(old->fdt[fd].file);
	}
	p->files = files;
	return 0;
}

void do_close_on_exec(void)
{
	struct files_struct *files = current->files;
	unsigned int fd;

	for (fd = 0; fd < files->max_fds; fd++) {
		if (files->fdt[fd].file && files->fdt[fd].close_on_exec)
			close_fd(fd);
	}
}

/* exec: descriptors of its own. 0 or -ENOMEM. */
int unshare_files(void)
{
	struct files_struct *old = current->files;
	int ret;

	if (old && atomic_read(&old->count) == 1)
		return 0;
	ret = copy_files(0, current);
	/* The others keep it. */
	if (!ret && old)
		atomic_dec(&old->count);
	return ret;
}

void exit_files(struct task_struct *tsk)
{
	struct files_struct *files = tsk->files;
	unsigned int fd;

	tsk->files = NULL;
	if (!files || !atomic_dec_and_test(&files->count))
		return;
	for (fd = 0; fd < files->max_fds; fd++) {
		if (files->fdt[fd].file)
			fput(files->fdt[fd].file);
	}
	free_files(files);
}
