/*
 * /proc: files whose text is made when somebody reads them. Linux: fs/proc/{root,base,generic}.c, fs/seq_file.c.
 *
 * A name there is made when it is looked up, and that of a process goes with the process. Simplified: of the system's files those that ps
 * and top read.
 */
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/proc_fs.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

static struct dentry *proc_root;

void seq_printf(struct seq_file *m, const char *fmt, ...)
{
	size_t at = min(m->count, m->size);
	__builtin_va_list args;

	__builtin_va_start(args, fmt);
	m->count += vsnprintf(m->buf + at, m->size - at, fmt, args);
	__builtin_va_end(args);
}

void seq_write(struct seq_file *m, const void *data, size_t n)
{
	if (m->count + n <= m->size)
		memcpy(m->buf + m->count, data, n);
	m->count += n;
}

/* Whose file, link or directory it is; NULL when that one is gone, whoever has its number now. */
static struct task_struct *get_proc_task(const struct inode *inode)
{
	struct task_struct *task = find_task_by_vpid(inode->i_pid);

	return task && task->pid_serial == inode->i_pid_serial ? task : NULL;
}

/* The whole text, in as much memory as it takes; 0 or an errno. */
static int make_text(struct inode *inode, struct seq_file *m)
{
	struct task_struct *task = NULL;

	for (m->size = PAGE_SIZE; ; m->size *= 2) {
		if (inode->i_pid) {
			task = get_proc_task(inode);
			if (!task)
				return -ESRCH;
		}
		m->count = 0;
		m->buf = kmalloc(m->size, GFP_KERNEL);
		if (!m->buf)
			return -ENOMEM;
		inode->i_proc->show(m, task);
		if (m->count < m->size)
			return 0;
		kfree(m->buf);
	}
}

static void proc_release(struct file *file)
{
	struct seq_file *m = file->private_data;

	if (m)
		kfree(m->buf);
	kfree(m);
	file->private_data = NULL;
}

/* From the beginning on it is made anew. */
static ssize_t proc_read(struct file *file, char __user *buf, size_t count, loff_t *pos)
{
	struct seq_file *m;

	if (!*pos)
		proc_release(file);
	if (!file->private_data) {
		int ret;

		m = kzalloc(sizeof(*m), GFP_KERNEL);
		if (!m)
			return -ENOMEM;
		ret = make_text(file->f_inode, m);
		if (ret) {
			kfree(m);
			return ret;
		}
		file->private_data = m;
	}
	m = file->private_data;
	if ((size_t)*pos >= m->count)
		return 0;
	count = min(count, m->count - (size_t)*pos);
	if (copy_to_user(buf, m->buf + *pos, count))
		return -EFAULT;
	*pos += count;
	return count;
}

static const struct file_operations proc_file_fops = { .release = proc_release, .read = proc_read, .seekable = true };

static const struct proc_entry tgid_files[] = {
	{ "stat", proc_pid_stat }, { "status", proc_pid_status }, { "statm", proc_pid_statm }, { "cmdline", proc_pid_cmdline }, { "comm", proc_pid_comm },
	{ "maps", proc_pid_maps }, { "exe", NULL }, { "fd", NULL }, { "task", NULL }, { NULL, NULL },
};

/* Without the one that ends the list. A directory's position may be any number that is not negative: whoever indexes by it asks first. */
#define NR_TGID_FILES	((long)ARRAY_SIZE(tgid_files) - 1)

static const struct proc_entry root_files[] = {
	{ "cmdline", proc_cmdline }, { "loadavg", proc_loadavg }, { "meminfo", proc_meminfo }, { "mounts", proc_mounts }, { "stat", proc_stat },
	{ "uptime", proc_uptime }, { "version", proc_version }, { "self", NULL }, { NULL, NULL },
};

/* The name as a number without zeros before it; 0: it is none. */
static pid_t name_to_pid(const char *name)
{
	pid_t pid = 0;

	if (*name == '0')
		return 0;
	for (; *name; name++) {
		if (*name < '0' || *name > '9' || pid > 1000000)
			return 0;
		pid = pid * 10 + *name - '0';
	}
	return pid;
}

/* task: whose it is; NULL: the system's. */
static struct dentry *add(struct dentry *dir, const char *name, umode_t mode, const struct task_struct *task, const struct proc_entry *entry)
{
	struct dentry *dentry = d_create(dir, name, mode);

	if (IS_ERR(dentry))
		return dentry;
	if (task) {
		dentry->d_inode->i_pid = task->pid;
		dentry->d_inode->i_pid_serial = task->pid_serial;
	}
	dentry->d_inode->i_proc = entry;
	if (S_ISREG(mode))
		dentry->d_inode->i_fop = &proc_file_fops;
	return dentry;
}

static const struct proc_entry *find_entry(const struct proc_entry *list, const char *name)
{
	for (; list->name; list++) {
		if (strcmp(list->name, name) == 0)
			return list;
	}
	return NULL;
}

/* The text of a link into a process: where a file is. 0 or an errno. Linux: do_proc_readlink(). */
static int set_link(struct inode *inode, const struct file *file)
{
	struct dentry *dentry = file->f_dentry;
	char *page = kmalloc(PATH_MAX, GFP_KERNEL), *text;

	if (!page)
		return -ENOMEM;
	text = dentry->d_pseudo ? dentry->d_name : d_path(dentry, page, PATH_MAX - sizeof(" (deleted)"));
	if (!IS_ERR(text) && dentry->d_gone && !dentry->d_pseudo) {
		size_t n = strlen(text);

		memmove(page, text, n);
		strcpy(page + n, " (deleted)");
		text = page;
	}
	if (!IS_ERR(text))
		text = kstrdup(text, GFP_KERNEL);
	kfree(page);
	if (IS_ERR(text))
		return PTR_ERR(text);
	if (!text)
		return -ENOMEM;
	kfree(inode->i_link);
	inode->i_link = text;
	return 0;
}

static struct file *exe_of(struct inode *inode)
{
	struct task_struct *task = get_proc_task(inode);

	return task && task->mm ? task->mm->exe_file : NULL;
}

static int exe_link(struct inode *inode)
{
	struct file *file = exe_of(inode);

	return file ? set_link(inode, file) : -ENOENT;
}

static struct dentry *exe_jump(struct inode *inode)
{
	struct file *file = exe_of(inode);

	return file ? file->f_dentry : ERR_PTR(-ENOENT);
}

static const struct inode_operations proc_exe_operations = { .get_link = exe_link, .jump = exe_jump };

/* NULL: the task has no such descriptor. */
static struct file *file_of(const struct task_struct *task, unsigned int fd)
{
	return task && task->files && fd < task->files->max_fds ? task->files->fdt[fd].file : NULL;
}

static umode_t fd_mode(const struct file *file)
{
	unsigned int access = file->f_flags & O_ACCMODE;

	return S_IFLNK | (file->f_flags & O_PATH ? 0 : access == O_RDONLY ? 0500 : access == O_WRONLY ? 0300 : 0700);
}

static bool fd_revalidate(const struct dentry *dentry)
{
	const struct inode *inode = dentry->d_inode;
	struct file *file = file_of(get_proc_task(inode), inode->i_fd);

	return file && fd_mode(file) == inode->i_mode;
}

static int fd_link(struct inode *inode)
{
	struct file *file = file_of(get_proc_task(inode), inode->i_fd);

	return file ? set_link(inode, file) : -ENOENT;
}

static struct dentry *fd_jump(struct inode *inode)
{
	struct file *file = file_of(get_proc_task(inode), inode->i_fd);

	return file ? file->f_dentry : ERR_PTR(-ENOENT);
}

static const struct inode_operations proc_fd_link_operations = { .revalidate = fd_revalidate, .get_link = fd_link, .jump = fd_jump };

/* What Linux says of such a link, whatever its text. */
#define LINK_SIZE	64

static struct dentry *fd_lookup(struct dentry *dir, const char *name)
{
	struct task_struct *task = get_proc_task(dir->d_inode);
	unsigned int fd = name_to_pid(name);
	struct dentry *dentry;
	struct file *file;

	if (!fd && strcmp(name, "0") != 0)
		return NULL;
	file = file_of(task, fd);
	if (!file)
		return NULL;
	dentry = add(dir, name, fd_mode(file), task, NULL);
	if (IS_ERR(dentry))
		return dentry;
	dentry->d_inode->i_fd = fd;
	dentry->d_inode->i_size = LINK_SIZE;
	dentry->d_inode->i_op = &proc_fd_link_operations;
	return dentry;
}

static long fd_next(struct inode *dir, long at, char *name, umode_t *mode)
{
	struct task_struct *task = get_proc_task(dir);

	if (!task)
		return -ENOENT;
	for (; task->files && at < task->files->max_fds; at++) {
		struct file *file = task->files->fdt[at].file;

		if (!file)
			continue;
		snprintf(name, NAME_MAX, "%d", (int)at);
		*mode = fd_mode(file);
		return at + 1;
	}
	return 0;
}

static const struct inode_operations proc_fd_operations = { .lookup = fd_lookup, .next = fd_next };

static const struct inode_operations proc_task_operations, proc_tid_operations;

/* A file, link or directory of a process or, without other threads in it, of a thread. */
static struct dentry *task_entry(struct dentry *dir, const char *name, bool thread)
{
	const struct proc_entry *entry = find_entry(tgid_files, name);
	const struct inode_operations *op = &proc_exe_operations;
	struct task_struct *task = get_proc_task(dir->d_inode);
	umode_t mode = S_IFLNK | 0777;
	struct dentry *dentry;

	if (!task || !entry || (thread && strcmp(name, "task") == 0))
		return NULL;
	if (entry->show)
		return add(dir, name, S_IFREG | 0444, task, entry);
	if (strcmp(name, "exe") != 0) {
		op = *name == 't' ? &proc_task_operations : &proc_fd_operations;
		mode = S_IFDIR | (*name == 't' ? 0555 : 0500);
	}
	dentry = add(dir, name, mode, task, NULL);
	if (!IS_ERR(dentry))
		dentry->d_inode->i_op = op;
	return dentry;
}

static struct dentry *tgid_lookup(struct dentry *dir, const char *name)
{
	return task_entry(dir, name, false);
}

static long tgid_next(struct inode *dir, long at, char *name, umode_t *mode)
{
	const struct proc_entry *entry;

	if (!get_proc_task(dir))
		return -ENOENT;
	if (at >= NR_TGID_FILES)
		return 0;
	entry = &tgid_files[at];
	strcpy(name, entry->name);
	*mode = entry->show ? S_IFREG : strcmp(name, "exe") == 0 ? S_IFLNK : S_IFDIR;
	return at + 1;
}

static const struct inode_operations proc_tgid_operations = { .lookup = tgid_lookup, .next = tgid_next };

static struct dentry *tid_lookup(struct dentry *dir, const char *name)
{
	return task_entry(dir, name, true);
}

static long tid_next(struct inode *dir, long at, char *name, umode_t *mode)
{
	if (at < NR_TGID_FILES && strcmp(tgid_files[at].name, "task") == 0)
		at++;
	return tgid_next(dir, at, name, mode);
}

/* A thread ends without its name being looked for here. */
static bool tid_revalidate(const struct dentry *dentry)
{
	return get_proc_task(dentry->d_inode) != NULL;
}

static const struct inode_operations proc_tid_operations = { .lookup = tid_lookup, .next = tid_next, .revalidate = tid_revalidate };

static struct dentry *task_lookup(struct dentry *dir, const char *name)
{
	pid_t tid = name_to_pid(name);
	struct task_struct *task = tid ? find_task_by_vpid(tid) : NULL, *leader = get_proc_task(dir->d_inode);
	struct dentry *dentry;

	if (!task || !leader || task->signal != leader->signal)
		return NULL;
	dentry = add(dir, name, S_IFDIR | 0555, task, NULL);
	if (!IS_ERR(dentry))
		dentry->d_inode->i_op = &proc_tid_operations;
	return dentry;
}

/* Threads by their numbers. */
static long task_next(struct inode *dir, long at, char *name, umode_t *mode)
{
	struct task_struct *leader = get_proc_task(dir), *t;
	pid_t next = 0;

	if (!leader)
		return -ENOENT;
	for_each_thread(leader, t) {
		if (t->pid >= at && (!next || t->pid < next))
			next = t->pid;
	}
	if (!next)
		return 0;
	snprintf(name, NAME_MAX, "%d", next);
	*mode = S_IFDIR;
	return next + 1L;
}

static const struct inode_operations proc_task_operations = { .lookup = task_lookup, .next = task_next };

/* The text of /proc/self has room for any number. */
#define SELF_SIZE	12

static int self_link(struct inode *inode)
{
	inode->i_size = snprintf(inode->i_link, SELF_SIZE, "%d", current->tgid);
	return 0;
}

static const struct inode_operations proc_self_operations = { .get_link = self_link };

static struct dentry *make_self(struct dentry *dir)
{
	char *text = kzalloc(SELF_SIZE, GFP_KERNEL);
	struct dentry *dentry = text ? add(dir, "self", S_IFLNK | 0777, NULL, NULL) : ERR_PTR(-ENOMEM);

	if (IS_ERR(dentry)) {
		kfree(text);
		return dentry;
	}
	dentry->d_inode->i_link = text;
	dentry->d_inode->i_op = &proc_self_operations;
	return dentry;
}

#ifdef CONFIG_NET
static const struct proc_entry net_files[] = { { "netstat", netstat_seq_show }, { "snmp", snmp_seq_show }, { NULL, NULL } };

static struct dentry *net_lookup(struct dentry *dir, const char *name)
{
	const struct proc_entry *entry = find_entry(net_files, name);

	return entry ? add(dir, name, S_IFREG | 0444, NULL, entry) : NULL;
}

static long net_next(struct inode *dir, long at, char *name, umode_t *mode)
{
	(void)dir;
	if (at >= (long)ARRAY_SIZE(net_files) - 1)
		return 0;
	strcpy(name, net_files[at].name);
	*mode = S_IFREG;
	return at + 1;
}

static const struct inode_operations proc_net_operations = { .lookup = net_lookup, .next = net_next };
#endif

static struct dentry *root_lookup(struct dentry *dir, const char *name)
{
	const struct proc_entry *entry = find_entry(root_files, name);
	struct task_struct *task;
	struct dentry *dentry;
	pid_t pid;

#ifdef CONFIG_NET
	/* Simplified: a directory, where Linux has a link to that of the process's network namespace. */
	if (strcmp(name, "net") == 0) {
		dentry = add(dir, name, S_IFDIR | 0555, NULL, NULL);
		if (!IS_ERR(dentry))
			dentry->d_inode->i_op = &proc_net_operations;
		return dentry;
	}
#endif
	if (entry)
		return entry->show ? add(dir, name, S_IFREG | 0444, NULL, entry) : make_self(dir);
	pid = name_to_pid(name);
	task = pid ? find_task_by_vpid(pid) : NULL;
	if (!task)
		return NULL;
	dentry = add(dir, name, S_IFDIR | 0555, task, NULL);
	if (!IS_ERR(dentry))
		dentry->d_inode->i_op = &proc_tgid_operations;
	return dentry;
}

/* The next process from number nr on; 0: there is none. */
static pid_t next_tgid(long nr)
{
	struct task_struct *p;
	pid_t next = 0;

	for_each_process(p) {
		if (p->pid >= nr && (!next || p->pid < next))
			next = p->pid;
	}
	return next;
}

#define NR_ROOT_FILES	((long)ARRAY_SIZE(root_files) - 1)
#ifdef CONFIG_NET
#define NR_ROOT_NAMES	(NR_ROOT_FILES + 1)
#else
#define NR_ROOT_NAMES	NR_ROOT_FILES
#endif

/* Files first, with networking the folder of its own, then processes by their numbers. */
static long root_next(struct inode *dir, long at, char *name, umode_t *mode)
{
	pid_t pid;

	(void)dir;
	if (at < NR_ROOT_FILES) {
		strcpy(name, root_files[at].name);
		*mode = root_files[at].show ? S_IFREG : S_IFLNK;
		return at + 1;
	}
	if (at < NR_ROOT_NAMES) {
		strcpy(name, "net");
		*mode = S_IFDIR;
		return at + 1;
	}
	pid = next_tgid(max(at - NR_ROOT_NAMES, 1L));
	if (!pid)
		return 0;
	snprintf(name, SELF_SIZE, "%d", pid);
	*mode = S_IFDIR;
	return NR_ROOT_NAMES + pid + 1;
}

static const struct inode_operations proc_root_operations = { .lookup = root_lookup, .next = root_next };

void proc_flush_pid(pid_t pid)
{
	struct dentry *dentry;

	list_for_each_entry(dentry, &proc_root->d_subdirs, d_child) {
		if (dentry->d_inode->i_pid == pid) {
			d_invalidate(dentry);
			return;
		}
	}
}

static int __init proc_root_init(void)
{
	proc_root = create_path("/proc", S_IFDIR | 0555);
	if (IS_ERR(proc_root))
		panic("no memory for /proc");
	proc_root->d_inode->i_op = &proc_root_operations;
	return 0;
}
device_initcall(proc_root_init);
