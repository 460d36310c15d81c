/* Files, their names, and open files. Linux: include/linux/fs.h, dcache.h, fdtable.h, file.h, uapi/asm-generic/fcntl.h. */
#ifndef _LINUX_FS_H
#define _LINUX_FS_H

#include <linux/types.h>
#include <linux/atomic.h>
#include <linux/compiler.h>
#include <linux/list.h>
#include <linux/xarray.h>

struct file;
struct pipe_inode_info;
struct proc_entry;
struct poll_table;
struct task_struct;

struct file_operations {
	int (*open)(struct file *file);
	void (*release)(struct file *file);
	ssize_t (*read)(struct file *file, char __user *buf, size_t count, loff_t *pos);
	ssize_t (*write)(struct file *file, const char __user *buf, size_t count, loff_t *pos);
	long (*ioctl)(struct file *file, unsigned int cmd, unsigned long arg);
	/* POLL bits that hold now; who waits is put on the queues that tell of a change. NULL: always readable and writable. */
	unsigned int (*poll)(struct file *file, struct poll_table *wait);
	/* It has a position, as bytes in memory have. */
	bool seekable;
};

struct dentry;
struct inode;

/* Of what is made when it is asked for. Linux: struct inode_operations, and iterate of file_operations. */
struct inode_operations {
	/* A directory's name that nobody has looked up yet. NULL: it has none such. */
	struct dentry *(*lookup)(struct dentry *dir, const char *name);
	/* The name at place `at`, up to NAME_MAX bytes; the next place, 0 at the end, or an errno. */
	long (*next)(struct inode *dir, long at, char *name, umode_t *mode);
	/* Does a name that has been looked up before still stand for this? NULL: always. Linux: struct dentry_operations. */
	bool (*revalidate)(const struct dentry *dentry);
	/* Brings the text of a link up to date. 0 or an errno. */
	int (*get_link)(struct inode *inode);
	/* Where a link leads that does not go by its text, or an errno. Linux: nd_jump_link(). */
	struct dentry *(*jump)(struct inode *inode);
};

/* i_mode */
#define S_IFMT		0170000
#define S_IFLNK		0120000
#define S_IFREG		0100000
#define S_IFDIR		0040000
#define S_IFCHR		0020000
#define S_IFBLK		0060000
#define S_IFSOCK	0140000
#define S_IFIFO		0010000
#define S_ISLNK(m)	(((m) & S_IFMT) == S_IFLNK)
#define S_ISREG(m)	(((m) & S_IFMT) == S_IFREG)
#define S_ISFIFO(m)	(((m) & S_IFMT) == S_IFIFO)
#define S_ISSOCK(m)	(((m) & S_IFMT) == S_IFSOCK)
#define S_ISDIR(m)	(((m) & S_IFMT) == S_IFDIR)

/*
 * What a name stands for: a file whose bytes are in memory, a directory, a link, or a device that answers. The bytes of a
 * regular file stand in pages of their own; as long as nobody has written to a page, where the loader put the initramfs.
 * Simplified: one file system, so inode, super block and address space are one structure. Everybody is root.
 */
struct inode {
	umode_t i_mode;
	unsigned int i_nlink;
	unsigned int i_count;			/* dentries and open files that name it */
	int i_writecount;			/* open files that may write it; negative: programs that run it */
	unsigned long i_ino;
	dev_t i_rdev;
	pid_t i_pid;				/* of /proc/PID */
	u64 i_pid_serial;			/* whose it was then */
	loff_t i_size;
	long i_mtime;				/* seconds */
	const struct file_operations *i_fop;	/* a device's */
	const char *i_initial;			/* bytes in the initramfs */
	size_t i_initial_size;
	struct xarray i_pages;			/* pages written since, by their place in the file */
	size_t i_nr_pages;			/* those of them that the initramfs has nothing for */
	char *i_link;				/* the text of a symbolic link */
	union {
		struct pipe_inode_info *i_pipe;	/* a FIFO's, while somebody has it open */
		const struct proc_entry *i_proc;
		unsigned int i_fd;		/* of /proc/PID/fd/N */
	};
	const struct inode_operations *i_op;	/* NULL: all that there is stands in memory */
};

/* A name in a directory. */
struct dentry {
	struct dentry *d_parent;		/* the root is its own */
	struct inode *d_inode;
	struct list_head d_child;		/* in the parent's d_subdirs */
	struct list_head d_subdirs;
	unsigned int d_count;			/* open files, working directories, and names in it */
	bool d_gone;				/* unlinked, but still in use */
	bool d_pseudo;				/* never was in a directory: a pipe's, a socket's */
	char *d_name;
};

struct file {
	atomic_t f_count;
	unsigned int f_flags;
	int f_writes;				/* its part of i_writecount: 1, 0, or for a program that runs -1 */
	loff_t f_pos;
	struct dentry *f_dentry;
	struct inode *f_inode;
	const struct file_operations *f_op;
	void *private_data;
};

/* Linux: struct fs_struct. */
struct fs_struct {
	int users;
	struct dentry *pwd;
	umode_t umask;
};

#define O_ACCMODE	3
#define O_RDONLY	0
#define O_WRONLY	1
#define O_RDWR		2
#define O_CREAT		00000100
#define O_EXCL		00000200
#define O_NOCTTY	00000400
#define O_TRUNC		00001000
#define O_APPEND	00002000
#define O_NONBLOCK	00004000
#define O_LARGEFILE	00100000
#define O_DIRECTORY	00200000
#define O_NOFOLLOW	00400000
#define O_CLOEXEC	02000000
#define O_PATH		010000000
#define __O_TMPFILE	020000000

#define AT_FDCWD		-100
#define AT_SYMLINK_NOFOLLOW	0x100
#define AT_REMOVEDIR		0x200
#define AT_SYMLINK_FOLLOW	0x400
#define AT_NO_AUTOMOUNT		0x800
#define AT_EMPTY_PATH		0x1000
#define AT_STATX_SYNC_TYPE	0x6000
#define AT_EACCESS		0x200

#define PATH_MAX	4096
#define NAME_MAX	255
#define NR_OPEN_DEFAULT	64
/* RLIMIT_NOFILE. Linux: INR_OPEN_CUR. */
#define NR_OPEN_MAX	1024
/* Bytes that a file can have. */
#define MAX_LFS_FILESIZE	LONG_MAX

struct fd_entry {
	struct file *file;
	bool close_on_exec;
};

/* Open files of one process. The table grows as it is filled. */
struct files_struct {
	atomic_t count;
	unsigned int max_fds;
	struct fd_entry *fdt;			/* fdtab, or memory of its own */
	struct fd_entry fdtab[NR_OPEN_DEFAULT];
};

/* file.c, file_table.c */
int copy_files(unsigned long clone_flags, struct task_struct *p);
void exit_files(struct task_struct *tsk);
struct file *get_file(struct file *f);
void fput(struct file *f);
/* An open file of an inode that has no name in any directory. NULL when there is no memory; then the inode is still the caller's. */
struct file *alloc_file_pseudo(struct inode *inode, const char *name, int flags, const struct file_operations *fop);
/* exec: closes what is to be closed. */
void do_close_on_exec(void);
/* The open file behind a descriptor, with a reference; NULL when there is none, or only a name (O_PATH). */
struct file *fget(unsigned int fd);
/* The same, O_PATH or not. */
struct file *fget_raw(unsigned int fd);
/* The lowest free descriptor from `from` on now names file; or -EMFILE or -ENOMEM. */
int fd_install_from(unsigned int from, struct file *file, bool close_on_exec);
#define fd_install_new(file)	fd_install_from(0, file, false)
/* Descriptor fd, below NR_OPEN_MAX, now names file; what it named is closed. fd or -ENOMEM. */
int replace_fd(unsigned int fd, struct file *file, bool close_on_exec);
bool get_close_on_exec(unsigned int fd);
void set_close_on_exec(unsigned int fd, bool on);
int close_fd(unsigned int fd);

/*
 * namei.c. LOOKUP_FOLLOW: a link at the end is followed too. LOOKUP_EMPTY: nothing to look up is what dfd stands for.
 * LOOKUP_DIRECTORY: else -ENOTDIR. All of these return an ERR_PTR when it cannot be.
 */
#define LOOKUP_FOLLOW		0x0001
#define LOOKUP_DIRECTORY	0x0002
#define LOOKUP_EMPTY		0x4000
/* A path of user space, to be freed with kfree(); or an ERR_PTR. Linux: getname_flags(). */
char *getname(const char __user *path);
struct dentry *user_path_at(int dfd, const char __user *path, int flags);
/* As open() does it; flags are its own. */
struct dentry *path_open(int dfd, const char *path, int flags, umode_t mode, bool *created);
struct dentry *dget(struct dentry *dentry);
void dput(struct dentry *dentry);
struct dentry *d_lookup(struct dentry *dir, const char *name);
/* The name goes, and all names in it. */
void d_invalidate(struct dentry *dentry);
/* The text of a link. */
const char *get_link(struct inode *inode);
/* A new name for a new inode (or for one that exists). */
struct dentry *d_create(struct dentry *dir, const char *name, umode_t mode);
struct dentry *d_instantiate(struct dentry *dir, const char *name, struct inode *inode);
/* Creates the directories on the way as well. */
struct dentry *create_path(const char *path, umode_t mode);
/* Writes the full path of dentry to the end of buf; returns where it begins. */
char *d_path(struct dentry *dentry, char *buf, size_t size);
extern struct dentry *root_dentry;
extern struct fs_struct init_fs;

static inline bool file_readable(const struct file *file)
{
	return !(file->f_flags & O_PATH) && ((file->f_flags + 1) & 1);
}

static inline bool file_writable(const struct file *file)
{
	return !(file->f_flags & O_PATH) && ((file->f_flags + 1) & 2);
}

/* open.c */
struct file *dentry_open(struct dentry *dentry, int flags);
struct file *filp_open_at(int dfd, const char *path, int flags, umode_t mode);
#define filp_open(path, flags)	filp_open_at(AT_FDCWD, path, flags, 0)

/* ramfs.c */
struct inode *new_inode(umode_t mode);
void iput(struct inode *inode);
/* One that has never had a name. */
void free_inode(struct inode *inode);
/* Pages that its bytes take. */
size_t inode_pages(const struct inode *inode);
/* The page to write to, made if need be; NULL when there is no memory. The reference is the file's. */
struct page *ramfs_grab_page(struct inode *inode, size_t index);
/* An open file of zeros without a name. NULL when there is no memory. */
struct file *shmem_file_setup(loff_t size);
ssize_t ramfs_read(struct inode *inode, char *buf, size_t count, loff_t pos, bool to_user);
ssize_t ramfs_write(struct inode *inode, const char __user *buf, size_t count, loff_t pos);
int ramfs_truncate(struct inode *inode, loff_t size);

/* read_write.c */
ssize_t vfs_read(struct file *file, char __user *buf, size_t count, loff_t *pos);
ssize_t vfs_write(struct file *file, const char __user *buf, size_t count, loff_t *pos);
ssize_t ksys_read(unsigned int fd, char __user *buf, size_t count);
ssize_t ksys_write(unsigned int fd, const char __user *buf, size_t count);
/* net/socket.c: what readv() and writev() do with a socket. */
struct iovec;
ssize_t sock_iovec(struct file *file, const struct iovec *iov, unsigned long vlen, bool write);
ssize_t kernel_read(struct file *file, void *buf, size_t count, loff_t *pos);

/* initramfs.c */
void vfs_caches_init(void);
void populate_rootfs(void);
/* Makes a device file. Linux: init_mknod(), device_create(). */
void device_create(const char *path, umode_t mode, dev_t rdev, const struct file_operations *fops);
#define MKDEV(major, minor)	((dev_t)((major) << 8 | (minor)))

extern const struct file_operations tty_fops;
extern const struct file_operations pipefifo_fops;

#endif
