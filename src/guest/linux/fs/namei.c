/*
 * From a path to what it names, and changes to names. Linux: fs/namei.c, fs/dcache.c, fs/d_path.c.
 * Simplified: a lookup takes no references, for nothing can remove a name while one process's call runs.
 */
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/syscalls.h>
#include <linux/uaccess.h>

/* Symbolic links on one path, nested or not. */
#define MAXSYMLINKS	40

struct dentry *root_dentry;
/* The kernel's threads'. */
struct fs_struct init_fs = { .users = 1, .umask = 0022 };

struct dentry *dget(struct dentry *dentry)
{
	dentry->d_count++;
	return dentry;
}

/* A name that is gone goes when nobody uses it, and then lets go of the directory that it was in. */
void dput(struct dentry *dentry)
{
	while (--dentry->d_count == 0 && dentry->d_gone) {
		struct dentry *parent = dentry->d_parent;

		iput(dentry->d_inode);
		kfree(dentry->d_name);
		kfree(dentry);
		dentry = parent;
	}
}

struct dentry *d_lookup(struct dentry *dir, const char *name)
{
	struct dentry *child;

	list_for_each_entry(child, &dir->d_subdirs, d_child) {
		if (strcmp(child->d_name, name) == 0) {
			const struct inode_operations *op = child->d_inode->i_op;

			if (!op || !op->revalidate || op->revalidate(child))
				return child;
			d_invalidate(child);
			break;
		}
	}
	if (!dir->d_inode->i_op || dir->d_gone)
		return NULL;
	child = dir->d_inode->i_op->lookup(dir, name);
	return IS_ERR(child) ? NULL : child;
}

const char *get_link(struct inode *inode)
{
	int ret = inode->i_op ? inode->i_op->get_link(inode) : 0;

	return ret ? ERR_PTR(ret) : inode->i_link;
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
	dentry->d_parent = dget(dir);
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
		free_inode(inode);
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
	/* For the moment that d_gone is set, the name is used here. */
	dget(dentry);
	dentry->d_gone = true;
	dput(dentry);
}

void d_invalidate(struct dentry *dentry)
{
	while (!list_empty(&dentry->d_subdirs))
		d_invalidate(list_first_entry(&dentry->d_subdirs, struct dentry, d_child));
	d_delete(dentry);
}

enum last_type { LAST_NORM, LAST_ROOT, LAST_DOT, LAST_DOTDOT };

/* A path up to its last component, which has not been looked up. */
struct nameidata {
	struct dentry *path;		/* the directory that it is in */
	char last[NAME_MAX + 1];
	enum last_type last_type;
	bool slashes;			/* it is followed by slashes, so it must be a directory */
	bool missing;			/* it has been looked for, and the directory has none of that name */
	int links;			/* followed so far */
};

/* The component that path begins with, into nd->last. Its length or an errno. */
static long get_component(struct nameidata *nd, const char *path)
{
	long n;

	for (n = 0; path[n] && path[n] != '/'; n++) {
		if (n == NAME_MAX)
			return -ENAMETOOLONG;
		nd->last[n] = path[n];
	}
	nd->last[n] = '\0';
	nd->last_type = strcmp(nd->last, ".") == 0 ? LAST_DOT : strcmp(nd->last, "..") == 0 ? LAST_DOTDOT : LAST_NORM;
	return n;
}

/* What nd->last stands for, a link not followed. */
static struct dentry *lookup_component(const struct nameidata *nd)
{
	struct dentry *found;

	if (nd->last_type == LAST_DOTDOT)
		return nd->path->d_parent;
	if (nd->last_type != LAST_NORM)
		return nd->path;
	found = d_lookup(nd->path, nd->last);
	return found ? found : ERR_PTR(-ENOENT);
}

static const char *skip_slashes(const char *path)
{
	while (*path == '/')
		path++;
	return path;
}

/*
 * Walks path from nd->path as far as its last component. A link on the way puts aside what follows it and goes on with its
 * own text.
 */
static int link_path_walk(struct nameidata *nd, const char *path)
{
	const char *rest[MAXSYMLINKS];
	int depth = 0;

	if (*path == '/')
		nd->path = root_dentry;
	path = skip_slashes(path);
	if (!*path) {
		nd->last[0] = '\0';
		nd->last_type = LAST_ROOT;
		return 0;
	}
	for (;;) {
		struct dentry *next;
		bool slashes;
		long n;

		if (!S_ISDIR(nd->path->d_inode->i_mode))
			return -ENOTDIR;
		n = get_component(nd, path);
		if (n < 0)
			return n;
		slashes = path[n] == '/';
		path = skip_slashes(path + n);
		if (!*path) {
			if (!depth) {
				nd->slashes |= slashes;
				return 0;
			}
			path = rest[--depth];
		}
		next = lookup_component(nd);
		if (IS_ERR(next))
			return PTR_ERR(next);
		if (!S_ISLNK(next->d_inode->i_mode)) {
			nd->path = next;
			continue;
		}
		if (nd->links++ >= MAXSYMLINKS)
			return -ELOOP;
		if (next->d_inode->i_op && next->d_inode->i_op->jump) {
			next = next->d_inode->i_op->jump(next->d_inode);
			if (IS_ERR(next))
				return PTR_ERR(next);
			nd->path = next;
			continue;
		}
		rest[depth++] = path;
		path = get_link(next->d_inode);
		if (IS_ERR(path))
			return PTR_ERR(path);
		if (*path == '/')
			nd->path = root_dentry;
		path = skip_slashes(path);
		/* A link to "/" is done. */
		if (!*path)
			path = rest[--depth];
	}
}

/* The last component, and where it leads to if it is a link that is to be followed. nd->missing: nd says what could be made. */
static struct dentry *lookup_last(struct nameidata *nd, int flags)
{
	for (;;) {
		struct dentry *found = S_ISDIR(nd->path->d_inode->i_mode) ? lookup_component(nd) : ERR_PTR(-ENOTDIR);
		const char *text;
		int ret;

		if (IS_ERR(found)) {
			nd->missing = PTR_ERR(found) == -ENOENT;
			return found;
		}
		if (S_ISLNK(found->d_inode->i_mode) && ((flags & LOOKUP_FOLLOW) || nd->slashes)) {
			if (nd->links++ >= MAXSYMLINKS)
				return ERR_PTR(-ELOOP);
			if (found->d_inode->i_op && found->d_inode->i_op->jump) {
				found = found->d_inode->i_op->jump(found->d_inode);
				if (IS_ERR(found))
					return found;
			} else {
				text = get_link(found->d_inode);
				if (IS_ERR(text))
					return ERR_PTR(PTR_ERR(text));
				ret = link_path_walk(nd, text);
				if (ret)
					return ERR_PTR(ret);
				continue;
			}
		}
		if ((nd->slashes || (flags & LOOKUP_DIRECTORY)) && !S_ISDIR(found->d_inode->i_mode))
			return ERR_PTR(-ENOTDIR);
		return found;
	}
}

/* What a relative path begins at. */
static struct dentry *start_of(int dfd)
{
	struct dentry *dentry;
	struct file *file;

	if (dfd == AT_FDCWD)
		return current->fs->pwd;
	file = fget_raw(dfd);
	if (!file)
		return ERR_PTR(-EBADF);
	dentry = file->f_dentry;
	/* The descriptor keeps it alive: nothing can close it while this call runs. */
	fput(file);
	return dentry;
}

/* Linux: path_init(), path_parentat(). */
static int path_parent(struct nameidata *nd, int dfd, const char *path)
{
	memset(nd, 0, sizeof(*nd));
	if (!*path)
		return -ENOENT;
	nd->path = *path == '/' ? root_dentry : start_of(dfd);
	if (IS_ERR(nd->path))
		return PTR_ERR(nd->path);
	if (!S_ISDIR(nd->path->d_inode->i_mode))
		return -ENOTDIR;
	return link_path_walk(nd, path);
}

char *getname(const char __user *path)
{
	char *copy = kmalloc(PATH_MAX, GFP_KERNEL);
	long n;

	if (!copy)
		return ERR_PTR(-ENOMEM);
	n = strncpy_from_user(copy, path, PATH_MAX);
	if (n >= 0 && n < PATH_MAX)
		return copy;
	kfree(copy);
	return ERR_PTR(n < 0 ? n : -ENAMETOOLONG);
}

struct dentry *user_path_at(int dfd, const char __user *path, int flags)
{
	struct nameidata nd;
	struct dentry *found;
	char *name = getname(path);
	int ret;

	if (IS_ERR(name))
		return (struct dentry *)name;
	if (!*name && (flags & LOOKUP_EMPTY)) {
		found = start_of(dfd);
	} else {
		ret = path_parent(&nd, dfd, name);
		found = ret ? ERR_PTR(ret) : lookup_last(&nd, flags);
	}
	kfree(name);
	return found;
}

static int user_path_parent(struct nameidata *nd, int dfd, const char __user *path)
{
	char *name = getname(path);
	int ret;

	if (IS_ERR(name))
		return PTR_ERR(name);
	ret = path_parent(nd, dfd, name);
	kfree(name);
	return ret;
}

/* Linux: open_last_lookups(), lookup_open(), do_open(). *created: it is new. */
struct dentry *path_open(int dfd, const char *path, int flags, umode_t mode, bool *created)
{
	int lookup = (flags & O_NOFOLLOW ? 0 : LOOKUP_FOLLOW) | (flags & O_DIRECTORY ? LOOKUP_DIRECTORY : 0);
	struct nameidata nd;
	struct dentry *found;
	int ret = path_parent(&nd, dfd, path);

	*created = false;
	if (ret)
		return ERR_PTR(ret);
	if (!(flags & O_CREAT))
		return lookup_last(&nd, lookup);
	/* O_EXCL wants nothing to be there, not even a link to nothing. */
	if (nd.last_type == LAST_NORM && nd.slashes)
		return ERR_PTR(-EISDIR);
	found = lookup_last(&nd, flags & O_EXCL ? 0 : lookup & ~LOOKUP_DIRECTORY);
	if (!IS_ERR(found)) {
		if (flags & O_EXCL)
			return ERR_PTR(-EEXIST);
		if (S_ISDIR(found->d_inode->i_mode))
			return ERR_PTR(-EISDIR);
	} else if (nd.missing && !nd.path->d_gone) {
		/* If a link to nothing was followed, nd is where that would be. */
		if (nd.slashes)
			return ERR_PTR(-EISDIR);
		if (nd.path->d_inode->i_op)
			return ERR_PTR(-EACCES);
		found = d_create(nd.path, nd.last, S_IFREG | (mode & 07777 & ~current->fs->umask));
		*created = !IS_ERR(found);
	}
	if (!IS_ERR(found) && (lookup & LOOKUP_DIRECTORY))
		return ERR_PTR(-ENOTDIR);
	return found;
}

struct dentry *create_path(const char *path, umode_t mode)
{
	struct dentry *at = root_dentry;
	char name[NAME_MAX + 1];

	for (;;) {
		struct dentry *next;
		size_t n = 0;

		path = skip_slashes(path);
		while (path[n] && path[n] != '/' && n < NAME_MAX) {
			name[n] = path[n];
			n++;
		}
		if (!n)
			return at;
		name[n] = '\0';
		path = skip_slashes(path + n);
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

/* The directory and in nd->last a name that is free in it. Linux: filename_create(). */
static struct dentry *new_name(struct nameidata *nd, int dfd, const char __user *path, bool is_dir)
{
	int ret = user_path_parent(nd, dfd, path);

	if (ret)
		return ERR_PTR(ret);
	if (nd->last_type != LAST_NORM || d_lookup(nd->path, nd->last))
		return ERR_PTR(-EEXIST);
	if (!S_ISDIR(nd->path->d_inode->i_mode))
		return ERR_PTR(-ENOTDIR);
	if (nd->path->d_inode->i_op)
		return ERR_PTR(-EPERM);
	/* In a directory that has been removed nothing can be made any more. */
	if (nd->path->d_gone || (nd->slashes && !is_dir))
		return ERR_PTR(-ENOENT);
	return nd->path;
}

SYSCALL_DEFINE3(mkdirat, int, dfd, const char __user *, path, umode_t, mode)
{
	struct nameidata nd;
	struct dentry *dir = new_name(&nd, dfd, path, true);

	if (!IS_ERR(dir))
		dir = d_create(dir, nd.last, S_IFDIR | (mode & 01777 & ~current->fs->umask));
	return IS_ERR(dir) ? PTR_ERR(dir) : 0;
}

SYSCALL_DEFINE2(mkdir, const char __user *, path, umode_t, mode)
{
	return __do_sys_mkdirat(AT_FDCWD, path, mode);
}

/* Nothing answers at it. Linux: no_open_fops, and a device number without a driver. */
static int no_open(struct file *file)
{
	(void)file;
	return -ENXIO;
}

static const struct file_operations no_open_fops = { .open = no_open };

/* Simplified: a device made so has no driver, whatever its number. */
SYSCALL_DEFINE4(mknodat, int, dfd, const char __user *, path, umode_t, mode, unsigned int, dev)
{
	umode_t type = mode & S_IFMT ? mode & S_IFMT : S_IFREG;
	struct nameidata nd;
	struct dentry *dir;

	if (type == S_IFDIR)
		return -EPERM;
	if (type != S_IFREG && type != S_IFIFO && type != S_IFCHR && type != S_IFBLK && type != S_IFSOCK)
		return -EINVAL;
	dir = new_name(&nd, dfd, path, false);
	if (!IS_ERR(dir))
		dir = d_create(dir, nd.last, type | (mode & 07777 & ~current->fs->umask));
	if (IS_ERR(dir))
		return PTR_ERR(dir);
	if (type == S_IFCHR || type == S_IFBLK)
		dir->d_inode->i_rdev = dev;
	if (type != S_IFREG)
		dir->d_inode->i_fop = type == S_IFIFO ? &pipefifo_fops : &no_open_fops;
	return 0;
}

SYSCALL_DEFINE3(mknod, const char __user *, path, umode_t, mode, unsigned int, dev)
{
	return __do_sys_mknodat(AT_FDCWD, path, mode, dev);
}

SYSCALL_DEFINE3(symlinkat, const char __user *, target, int, dfd, const char __user *, path)
{
	struct nameidata nd;
	struct dentry *dir;
	char *name = getname(target), *text;

	if (IS_ERR(name))
		return PTR_ERR(name);
	text = *name ? kstrdup(name, GFP_KERNEL) : ERR_PTR(-ENOENT);
	kfree(name);
	if (!text || IS_ERR(text))
		return text ? PTR_ERR(text) : -ENOMEM;
	dir = new_name(&nd, dfd, path, false);
	if (!IS_ERR(dir))
		dir = d_create(dir, nd.last, S_IFLNK | 0777);
	if (IS_ERR(dir)) {
		kfree(text);
		return PTR_ERR(dir);
	}
	dir->d_inode->i_link = text;
	dir->d_inode->i_size = strlen(text);
	return 0;
}

SYSCALL_DEFINE2(symlink, const char __user *, target, const char __user *, path)
{
	return __do_sys_symlinkat(target, AT_FDCWD, path);
}

SYSCALL_DEFINE2(link, const char __user *, from, const char __user *, to)
{
	struct dentry *old = user_path_at(AT_FDCWD, from, 0), *dir;
	struct nameidata nd;

	if (IS_ERR(old))
		return PTR_ERR(old);
	dir = new_name(&nd, AT_FDCWD, to, false);
	if (IS_ERR(dir))
		return PTR_ERR(dir);
	if (S_ISDIR(old->d_inode->i_mode))
		return -EPERM;
	dir = d_instantiate(dir, nd.last, old->d_inode);
	return IS_ERR(dir) ? PTR_ERR(dir) : 0;
}

/* Linux: do_rmdir(). */
static long do_rmdir(const struct nameidata *nd)
{
	struct dentry *dentry;

	switch (nd->last_type) {
	case LAST_DOTDOT:
		return -ENOTEMPTY;
	case LAST_DOT:
		return -EINVAL;
	case LAST_ROOT:
		return -EBUSY;
	case LAST_NORM:
		break;
	}
	dentry = lookup_component(nd);
	if (IS_ERR(dentry))
		return PTR_ERR(dentry);
	if (!S_ISDIR(dentry->d_inode->i_mode))
		return -ENOTDIR;
	/* What is made when it is asked for cannot be removed. */
	if (dentry->d_inode->i_op || nd->path->d_inode->i_op)
		return -EPERM;
	if (!list_empty(&dentry->d_subdirs))
		return -ENOTEMPTY;
	d_delete(dentry);
	return 0;
}

/* Linux: do_unlinkat(). */
static long do_unlink(const struct nameidata *nd)
{
	struct dentry *dentry;
	bool is_dir;

	if (nd->last_type != LAST_NORM)
		return -EISDIR;
	dentry = lookup_component(nd);
	if (IS_ERR(dentry))
		return PTR_ERR(dentry);
	is_dir = S_ISDIR(dentry->d_inode->i_mode);
	if (is_dir || nd->slashes)
		return is_dir ? -EISDIR : -ENOTDIR;
	if (nd->path->d_inode->i_op)
		return -EPERM;
	d_delete(dentry);
	return 0;
}

SYSCALL_DEFINE3(unlinkat, int, dfd, const char __user *, path, int, flags)
{
	struct nameidata nd;
	long ret;

	if (flags & ~AT_REMOVEDIR)
		return -EINVAL;
	ret = user_path_parent(&nd, dfd, path);
	if (!ret && !S_ISDIR(nd.path->d_inode->i_mode))
		ret = -ENOTDIR;
	if (ret)
		return ret;
	return flags & AT_REMOVEDIR ? do_rmdir(&nd) : do_unlink(&nd);
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

#define RENAME_NOREPLACE	1
#define RENAME_EXCHANGE		2
#define RENAME_WHITEOUT		4

/* Linux: do_renameat2(), vfs_rename(), simple_rename(). */
static long do_rename(struct nameidata *from, struct nameidata *to, unsigned int flags)
{
	struct dentry *old, *victim, *was_in;
	char *copy;
	bool is_dir;

	if (from->last_type != LAST_NORM)
		return -EBUSY;
	if (to->last_type != LAST_NORM)
		return flags & RENAME_NOREPLACE ? -EEXIST : -EBUSY;
	old = lookup_component(from);
	if (IS_ERR(old))
		return PTR_ERR(old);
	if (old->d_inode->i_op || from->path->d_inode->i_op || to->path->d_inode->i_op)
		return -EPERM;
	victim = d_lookup(to->path, to->last);
	if (victim && (flags & RENAME_NOREPLACE))
		return -EEXIST;
	is_dir = S_ISDIR(old->d_inode->i_mode);
	if (!is_dir && (from->slashes || to->slashes))
		return -ENOTDIR;
	if (is_below(to->path, old))
		return -EINVAL;
	if (victim && is_below(from->path, victim))
		return -ENOTEMPTY;
	/* As a file system of this kind has neither. */
	if (flags & ~RENAME_NOREPLACE)
		return -EINVAL;
	if (victim && victim->d_inode == old->d_inode)
		return 0;
	if (to->path->d_gone)
		return -ENOENT;
	if (victim) {
		if (is_dir != S_ISDIR(victim->d_inode->i_mode))
			return is_dir ? -ENOTDIR : -EISDIR;
		if (!list_empty(&victim->d_subdirs))
			return -ENOTEMPTY;
	}
	copy = kstrdup(to->last, GFP_KERNEL);
	if (!copy)
		return -ENOMEM;
	if (victim)
		d_delete(victim);
	kfree(old->d_name);
	old->d_name = copy;
	was_in = old->d_parent;
	list_move_tail(&old->d_child, &to->path->d_subdirs);
	old->d_parent = dget(to->path);
	if (is_dir) {
		was_in->d_inode->i_nlink--;
		to->path->d_inode->i_nlink++;
	}
	dput(was_in);
	return 0;
}

SYSCALL_DEFINE5(renameat2, int, olddfd, const char __user *, from, int, newdfd, const char __user *, to, unsigned int, flags)
{
	struct nameidata *nd;
	long ret;

	if (flags & ~(RENAME_NOREPLACE | RENAME_EXCHANGE | RENAME_WHITEOUT))
		return -EINVAL;
	if ((flags & (RENAME_NOREPLACE | RENAME_WHITEOUT)) && (flags & RENAME_EXCHANGE))
		return -EINVAL;
	nd = kmalloc(2 * sizeof(*nd), GFP_KERNEL);
	if (!nd)
		return -ENOMEM;
	ret = user_path_parent(&nd[0], olddfd, from);
	if (!ret)
		ret = user_path_parent(&nd[1], newdfd, to);
	if (!ret && !(S_ISDIR(nd[0].path->d_inode->i_mode) && S_ISDIR(nd[1].path->d_inode->i_mode)))
		ret = -ENOTDIR;
	if (!ret)
		ret = do_rename(&nd[0], &nd[1], flags);
	kfree(nd);
	return ret;
}

SYSCALL_DEFINE4(renameat, int, olddfd, const char __user *, from, int, newdfd, const char __user *, to)
{
	return __do_sys_renameat2(olddfd, from, newdfd, to, 0);
}

SYSCALL_DEFINE2(rename, const char __user *, from, const char __user *, to)
{
	return __do_sys_renameat2(AT_FDCWD, from, AT_FDCWD, to, 0);
}

static long set_fs_pwd(struct dentry *dentry)
{
	if (IS_ERR(dentry))
		return PTR_ERR(dentry);
	if (!S_ISDIR(dentry->d_inode->i_mode))
		return -ENOTDIR;
	dget(dentry);
	dput(current->fs->pwd);
	current->fs->pwd = dentry;
	return 0;
}

SYSCALL_DEFINE1(chdir, const char __user *, path)
{
	return set_fs_pwd(user_path_at(AT_FDCWD, path, LOOKUP_FOLLOW));
}

SYSCALL_DEFINE1(fchdir, int, fd)
{
	/* Here -100 is no descriptor. */
	return fd == AT_FDCWD ? -EBADF : set_fs_pwd(start_of(fd));
}

SYSCALL_DEFINE2(getcwd, char __user *, buf, unsigned long, size)
{
	char *page, *path;
	long ret;

	if (current->fs->pwd->d_gone)
		return -ENOENT;
	page = kmalloc(PATH_MAX, GFP_KERNEL);
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
