/* From a path to what it names, and changes to names. Linux: fs/namei.c, fs/dcache.c, fs/d_path.c. */
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/syscalls.h>
#include <linux/uaccess.h>

/* Simplified: links within links count, not links in all; following one is a recursion on the kernel stack. */
#define MAX_LINKS	8

struct dentry *root_dentry;
/* Shared by all tasks as yet. */
struct fs_struct init_fs = { .umask = 0022 };

struct dentry *dget(struct dentry *dentry)
{
	dentry->d_count++;
	return dentry;
}

static void d_free(struct dentry *dentry)
{
	iput(dentry->d_inode);
	kfree(dentry->d_name);
	kfree(dentry);
}

void dput(struct dentry *dentry)
{
	if (--dentry->d_count == 0 && dentry->d_gone)
		d_free(dentry);
}

struct dentry *d_lookup(struct dentry *dir, const char *name)
{
	struct dentry *child;

	list_for_each_entry(child, &dir->d_subdirs, d_child) {
		if (strcmp(child->d_name, name) == 0)
			return child;
	}
	return NULL;
}

struct dentry *d_instantiate(struct dentry *dir, const char *name, struct inode *inode)
{
	struct dentry *dentry = kzalloc(sizeof(*dentry), GFP_KERNEL);

	if (!dentry)
		return ERR_PTR(-ENOSPC);
	dentry->d_name = kstrdup(name, GFP_KERNEL);
	if (!dentry->d_name) {
		kfree(dentry);
		return ERR_PTR(-ENOSPC);
	}
	INIT_LIST_HEAD(&dentry->d_subdirs);
	dentry->d_inode = inode;
	inode->i_count++;
	inode->i_nlink += S_ISDIR(inode->i_mode) ? 2 : 1;
	if (!dir) {
		dentry->d_parent = dentry;
		return dentry;
	}
	dentry->d_parent = dir;
	list_add_tail(&dentry->d_child, &dir->d_subdirs);
	if (S_ISDIR(inode->i_mode))
		dir->d_inode->i_nlink++;
	dir->d_inode->i_mtime = inode->i_mtime;
	return dentry;
}

struct dentry *d_create(struct dentry *dir, const char *name, umode_t mode)
{
	struct inode *inode = new_inode(mode);
	struct dentry *dentry;

	if (!inode)
		return ERR_PTR(-ENOSPC);
	dentry = d_instantiate(dir, name, inode);
	if (IS_ERR(dentry))
		kfree(inode);
	return dentry;
}

/* The name goes now; what it named, when nobody has it open. */
static void d_delete(struct dentry *dentry)
{
	struct inode *inode = dentry->d_inode;

	list_del(&dentry->d_child);
	inode->i_nlink -= S_ISDIR(inode->i_mode) ? 2 : 1;
	if (S_ISDIR(inode->i_mode))
		dentry->d_parent->d_inode->i_nlink--;
	dentry->d_gone = true;
	if (!dentry->d_count)
		d_free(dentry);
}

static struct dentry *walk(struct dentry *at, const char *path, int flags, char *last, int links);

/* What a symbolic link in directory dir leads to. */
static struct dentry *follow_link(struct dentry *dir, struct inode *link, int links)
{
	char *target;
	struct dentry *found;

	if (links >= MAX_LINKS)
		return ERR_PTR(-ELOOP);
	target = kzalloc(link->i_size + 1, GFP_KERNEL);
	if (!target)
		return ERR_PTR(-ENOMEM);
	memcpy(target, link->i_initial, link->i_size);
	found = walk(dir, target, LOOKUP_FOLLOW, NULL, links + 1);
	kfree(target);
	return found;
}

/* Linux: link_path_walk(). */
static struct dentry *walk(struct dentry *at, const char *path, int flags, char *last, int links)
{
	char name[NAME_MAX + 1];

	if (!*path)
		return ERR_PTR(-ENOENT);
	if (*path == '/')
		at = root_dentry;
	for (;;) {
		struct dentry *next;
		const char *after;
		size_t n = 0;
		bool is_last;

		while (*path == '/')
			path++;
		if (!*path) {
			/* "dir/": the directory itself. With LOOKUP_PARENT only "/" comes here. */
			if (last)
				last[0] = '\0';
			return S_ISDIR(at->d_inode->i_mode) ? at : ERR_PTR(-ENOTDIR);
		}
		if (!S_ISDIR(at->d_inode->i_mode))
			return ERR_PTR(-ENOTDIR);
		while (path[n] && path[n] != '/') {
			if (n == NAME_MAX)
				return ERR_PTR(-ENAMETOOLONG);
			name[n] = path[n];
			n++;
		}
		name[n] = '\0';
		after = path + n;
		while (*after == '/')
			after++;
		is_last = !*after;
		if (is_last && (flags & LOOKUP_PARENT)) {
			strcpy(last, name);
			return at;
		}
		if (strcmp(name, ".") == 0)
			next = at;
		else if (strcmp(name, "..") == 0)
			next = at->d_parent;
		else
			next = d_lookup(at, name);
		if (!next)
			return ERR_PTR(-ENOENT);
		if (S_ISLNK(next->d_inode->i_mode) && (!is_last || path[n] == '/' || (flags & LOOKUP_FOLLOW))) {
			next = follow_link(at, next->d_inode, links);
			if (IS_ERR(next))
				return next;
		}
		at = next;
		path += n;
		if (is_last && *path != '/')
			return at;
	}
}

static struct dentry *start_of(int dfd)
{
	struct dentry *dentry;
	struct file *file;

	if (dfd == AT_FDCWD)
		return current->fs->pwd;
	file = fget(dfd);
	if (!file)
		return ERR_PTR(-EBADF);
	dentry = file->f_dentry;
	/* The descriptor keeps it alive: nothing can close it while this call runs. */
	fput(file);
	return dentry;
}

struct dentry *path_lookup(int dfd, const char *path, int flags, char *last)
{
	struct dentry *at = *path == '/' ? root_dentry : start_of(dfd);

	return IS_ERR(at) ? at : walk(at, path, flags, last, 0);
}

struct dentry *user_path_at(int dfd, const char __user *path, int flags, char *last, bool empty_ok)
{
	struct dentry *found;
	char *copy = kmalloc(PATH_MAX, GFP_KERNEL);
	long n;

	if (!copy)
		return ERR_PTR(-ENOMEM);
	n = strncpy_from_user(copy, path, PATH_MAX);
	if (n < 0)
		found = ERR_PTR(n);
	else if (n == PATH_MAX)
		found = ERR_PTR(-ENAMETOOLONG);
	else if (!n && empty_ok)
		found = start_of(dfd);
	else
		found = path_lookup(dfd, copy, flags, last);
	kfree(copy);
	return found;
}

struct dentry *create_path(const char *path, umode_t mode)
{
	struct dentry *at = root_dentry;
	char name[NAME_MAX + 1];

	for (;;) {
		struct dentry *next;
		size_t n = 0;

		while (*path == '/')
			path++;
		while (path[n] && path[n] != '/' && n < NAME_MAX) {
			name[n] = path[n];
			n++;
		}
		if (!n)
			return at;
		name[n] = '\0';
		path += n;
		while (*path == '/')
			path++;
		next = strcmp(name, ".") == 0 ? at : d_lookup(at, name);
		if (!next)
			next = d_create(at, name, *path ? S_IFDIR | 0755 : mode);
		if (IS_ERR(next))
			return next;
		if (!*path)
			return next;
		at = next;
	}
}

char *d_path(struct dentry *dentry, char *buf, size_t size)
{
	char *p = buf + size - 1;

	*p = '\0';
	for (; dentry != dentry->d_parent; dentry = dentry->d_parent) {
		size_t n = strlen(dentry->d_name);

		if ((size_t)(p - buf) < n + 1)
			return ERR_PTR(-ENAMETOOLONG);
		p -= n;
		memcpy(p, dentry->d_name, n);
		*--p = '/';
	}
	if (!*p)
		*--p = '/';
	return p;
}

/* The directory and the new name in it; the name must be free (-EEXIST) and a name. */
static struct dentry *new_name(int dfd, const char __user *path, char *name)
{
	struct dentry *dir = user_path_at(dfd, path, LOOKUP_PARENT, name, false);

	if (IS_ERR(dir))
		return dir;
	if (!*name || strcmp(name, ".") == 0 || strcmp(name, "..") == 0 || d_lookup(dir, name))
		return ERR_PTR(-EEXIST);
	return dir;
}

SYSCALL_DEFINE3(mkdirat, int, dfd, const char __user *, path, umode_t, mode)
{
	char name[NAME_MAX + 1];
	struct dentry *dir = new_name(dfd, path, name);

	if (!IS_ERR(dir))
		dir = d_create(dir, name, S_IFDIR | (mode & 01777 & ~current->fs->umask));
	return IS_ERR(dir) ? PTR_ERR(dir) : 0;
}

SYSCALL_DEFINE2(mkdir, const char __user *, path, umode_t, mode)
{
	return __do_sys_mkdirat(AT_FDCWD, path, mode);
}

SYSCALL_DEFINE3(symlinkat, const char __user *, target, int, dfd, const char __user *, path)
{
	char name[NAME_MAX + 1];
	struct dentry *dir = new_name(dfd, path, name);
	long n = strnlen_user(target, PATH_MAX);
	char *text;

	if (IS_ERR(dir))
		return PTR_ERR(dir);
	if (n <= 1 || n > PATH_MAX)
		return n ? -ENOENT : -EFAULT;
	text = kmalloc(n, GFP_KERNEL);
	if (!text || copy_from_user(text, target, n)) {
		kfree(text);
		return -ENOMEM;
	}
	dir = d_create(dir, name, S_IFLNK | 0777);
	if (IS_ERR(dir))
		return PTR_ERR(dir);
	dir->d_inode->i_initial = text;
	dir->d_inode->i_initial_size = dir->d_inode->i_size = n - 1;
	return 0;
}

SYSCALL_DEFINE2(symlink, const char __user *, target, const char __user *, path)
{
	return __do_sys_symlinkat(target, AT_FDCWD, path);
}

SYSCALL_DEFINE2(link, const char __user *, from, const char __user *, to)
{
	char name[NAME_MAX + 1];
	struct dentry *old = user_path_at(AT_FDCWD, from, 0, NULL, false);
	struct dentry *dir;

	if (IS_ERR(old))
		return PTR_ERR(old);
	if (S_ISDIR(old->d_inode->i_mode))
		return -EPERM;
	dir = new_name(AT_FDCWD, to, name);
	if (!IS_ERR(dir))
		dir = d_instantiate(dir, name, old->d_inode);
	return IS_ERR(dir) ? PTR_ERR(dir) : 0;
}

SYSCALL_DEFINE3(unlinkat, int, dfd, const char __user *, path, int, flags)
{
	struct dentry *dentry = user_path_at(dfd, path, 0, NULL, false);
	bool is_dir;

	if (IS_ERR(dentry))
		return PTR_ERR(dentry);
	is_dir = S_ISDIR(dentry->d_inode->i_mode);
	if (flags & AT_REMOVEDIR) {
		if (!is_dir)
			return -ENOTDIR;
		if (dentry == root_dentry)
			return -EBUSY;
		if (!list_empty(&dentry->d_subdirs))
			return -ENOTEMPTY;
	} else if (is_dir) {
		return -EISDIR;
	}
	d_delete(dentry);
	return 0;
}

SYSCALL_DEFINE1(unlink, const char __user *, path)
{
	return __do_sys_unlinkat(AT_FDCWD, path, 0);
}

SYSCALL_DEFINE1(rmdir, const char __user *, path)
{
	return __do_sys_unlinkat(AT_FDCWD, path, AT_REMOVEDIR);
}

static bool is_below(struct dentry *dentry, struct dentry *top)
{
	for (; dentry != dentry->d_parent; dentry = dentry->d_parent) {
		if (dentry == top)
			return true;
	}
	return dentry == top;
}

/* Simplified: no flags. Linux: vfs_rename(). */
SYSCALL_DEFINE4(renameat, int, olddfd, const char __user *, from, int, newdfd, const char __user *, to)
{
	char name[NAME_MAX + 1];
	struct dentry *old = user_path_at(olddfd, from, 0, NULL, false);
	struct dentry *dir, *victim;
	char *copy;
	bool is_dir;

	if (IS_ERR(old))
		return PTR_ERR(old);
	dir = user_path_at(newdfd, to, LOOKUP_PARENT, name, false);
	if (IS_ERR(dir))
		return PTR_ERR(dir);
	if (!*name || strcmp(name, ".") == 0 || strcmp(name, "..") == 0 || old == root_dentry)
		return -EBUSY;
	is_dir = S_ISDIR(old->d_inode->i_mode);
	if (is_dir && is_below(dir, old))
		return -EINVAL;
	victim = d_lookup(dir, name);
	if (victim == old || (victim && victim->d_inode == old->d_inode))
		return 0;
	if (victim) {
		if (is_dir && !S_ISDIR(victim->d_inode->i_mode))
			return -ENOTDIR;
		if (!is_dir && S_ISDIR(victim->d_inode->i_mode))
			return -EISDIR;
		if (!list_empty(&victim->d_subdirs))
			return -ENOTEMPTY;
	}
	copy = kstrdup(name, GFP_KERNEL);
	if (!copy)
		return -ENOMEM;
	if (victim)
		d_delete(victim);
	kfree(old->d_name);
	old->d_name = copy;
	list_move_tail(&old->d_child, &dir->d_subdirs);
	if (is_dir) {
		old->d_parent->d_inode->i_nlink--;
		dir->d_inode->i_nlink++;
	}
	old->d_parent = dir;
	return 0;
}

SYSCALL_DEFINE2(rename, const char __user *, from, const char __user *, to)
{
	return __do_sys_renameat(AT_FDCWD, from, AT_FDCWD, to);
}

SYSCALL_DEFINE5(renameat2, int, olddfd, const char __user *, from, int, newdfd, const char __user *, to, unsigned int, flags)
{
	return flags ? -EINVAL : __do_sys_renameat(olddfd, from, newdfd, to);
}

SYSCALL_DEFINE1(chdir, const char __user *, path)
{
	struct dentry *dentry = user_path_at(AT_FDCWD, path, LOOKUP_FOLLOW, NULL, false);

	if (IS_ERR(dentry))
		return PTR_ERR(dentry);
	if (!S_ISDIR(dentry->d_inode->i_mode))
		return -ENOTDIR;
	dget(dentry);
	dput(current->fs->pwd);
	current->fs->pwd = dentry;
	return 0;
}

SYSCALL_DEFINE1(fchdir, int, fd)
{
	struct dentry *dentry = start_of(fd);

	if (IS_ERR(dentry))
		return PTR_ERR(dentry);
	if (!S_ISDIR(dentry->d_inode->i_mode))
		return -ENOTDIR;
	dget(dentry);
	dput(current->fs->pwd);
	current->fs->pwd = dentry;
	return 0;
}

SYSCALL_DEFINE2(getcwd, char __user *, buf, unsigned long, size)
{
	char *page = kmalloc(PATH_MAX, GFP_KERNEL), *path;
	long ret;

	if (!page)
		return -ENOMEM;
	path = d_path(current->fs->pwd, page, PATH_MAX);
	ret = IS_ERR(path) ? PTR_ERR(path) : (long)strlen(path) + 1;
	if (ret > 0 && (unsigned long)ret > size)
		ret = -ERANGE;
	if (ret > 0 && copy_to_user(buf, path, ret))
		ret = -EFAULT;
	kfree(page);
	return ret;
}
