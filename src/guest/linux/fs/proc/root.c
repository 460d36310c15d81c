/*
 * /proc: files whose text is made when somebody reads them. Linux: fs/proc/{root,base,generic}.c, fs/seq_file.c.
 *
 * A name there is made when it is looked up, and that of a process goes with the process. Simplified: no /proc/PID/fd and task, and
 * of the system's files those that ps and top read.
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

/* The whole text, in as much memory as it takes; 0 or an errno. */
static int make_text(struct inode *inode, struct seq_file *m)
{
	struct task_struct *task = NULL;

	for (m->size = PAGE_SIZE; ; m->size *= 2) {
		if (inode->i_pid) {
			task = find_task_by_vpid(inode->i_pid);
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
	{ "maps", proc_pid_maps }, { NULL, NULL },
};

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

static struct dentry *add(struct dentry *dir, const char *name, umode_t mode, pid_t pid, const struct proc_entry *entry)
{
	struct dentry *dentry = d_create(dir, name, mode);

	if (IS_ERR(dentry))
		return dentry;
	dentry->d_inode->i_pid = pid;
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

static struct dentry *tgid_lookup(struct dentry *dir, const char *name)
{
	const struct proc_entry *entry = find_entry(tgid_files, name);

	return entry ? add(dir, name, S_IFREG | 0444, dir->d_inode->i_pid, entry) : NULL;
}

static long tgid_next(long at, char *name, umode_t *mode)
{
	if (!tgid_files[at].name)
		return 0;
	strcpy(name, tgid_files[at].name);
	*mode = S_IFREG;
	return at + 1;
}

static const struct inode_operations proc_tgid_operations = { .lookup = tgid_lookup, .next = tgid_next };

/* The text of /proc/self has room for any number. */
#define SELF_SIZE	12

static void self_link(struct inode *inode)
{
	inode->i_size = snprintf(inode->i_link, SELF_SIZE, "%d", current->tgid);
}

static const struct inode_operations proc_self_operations = { .get_link = self_link };

static struct dentry *make_self(struct dentry *dir)
{
	char *text = kzalloc(SELF_SIZE, GFP_KERNEL);
	struct dentry *dentry = text ? add(dir, "self", S_IFLNK | 0777, 0, NULL) : ERR_PTR(-ENOMEM);

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

	return entry ? add(dir, name, S_IFREG | 0444, 0, entry) : NULL;
}

static long net_next(long at, char *name, umode_t *mode)
{
	if (!net_files[at].name)
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
	struct dentry *dentry;
	pid_t pid;

#ifdef CONFIG_NET
	if (strcmp(name, "net") == 0) {
		dentry = add(dir, name, S_IFDIR | 0555, 0, NULL);
		if (!IS_ERR(dentry))
			dentry->d_inode->i_op = &proc_net_operations;
		return dentry;
	}
#endif
	if (entry)
		return entry->show ? add(dir, name, S_IFREG | 0444, 0, entry) : make_self(dir);
	pid = name_to_pid(name);
	if (!pid || !find_task_by_vpid(pid))
		return NULL;
	dentry = add(dir, name, S_IFDIR | 0555, pid, NULL);
	if (!IS_ERR(dentry))
		dentry->d_inode->i_op = &proc_tgid_operations;
	return dentry;
}

/* The next process from number nr on; 0: there is none. */
static pid_t next_tgid(pid_t nr)
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
static long root_next(long at, char *name, umode_t *mode)
{
	pid_t pid;

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
