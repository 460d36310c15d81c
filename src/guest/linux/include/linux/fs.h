/* Files. Linux: include/linux/fs.h, fdtable.h, file.h. */
#ifndef _LINUX_FS_H
#define _LINUX_FS_H

#include <linux/types.h>
#include <linux/atomic.h>
#include <linux/compiler.h>

struct file;
struct task_struct;

struct file_operations {
	int (*open)(struct file *file);
	ssize_t (*read)(struct file *file, char __user *buf, size_t count, loff_t *pos);
	ssize_t (*write)(struct file *file, const char __user *buf, size_t count, loff_t *pos);
};

/*
 * One file of the root file system: its bytes stand where the loader put the initramfs, or a device answers.
 * Simplified: one flat list of full paths; no directories, no links, nothing can be created.
 */
struct inode {
	const char *path;		/* with its leading slash */
	umode_t i_mode;
	const char *data;
	size_t i_size;
	const struct file_operations *i_fop;
	struct inode *next;
};

struct file {
	atomic_t f_count;
	unsigned int f_flags;
	loff_t f_pos;
	struct inode *f_inode;
	const struct file_operations *f_op;
	void *private_data;
};

#define O_ACCMODE	3
#define O_RDONLY	0
#define O_WRONLY	1
#define O_RDWR		2
#define O_CREAT		0100

#define NR_OPEN_DEFAULT	64

/* Open files of one process. */
struct files_struct {
	atomic_t count;
	struct file *fd[NR_OPEN_DEFAULT];
};

/* file.c, file_table.c */
int copy_files(unsigned long clone_flags, struct task_struct *p);
void exit_files(struct task_struct *tsk);
struct file *get_file(struct file *f);
void fput(struct file *f);
/* The open file behind a descriptor, with a reference; NULL when there is none. */
struct file *fget(unsigned int fd);
/* The lowest free descriptor now names file; or -EMFILE. */
int fd_install_new(struct file *file);
int close_fd(unsigned int fd);

/* namei.c, open.c */
struct inode *lookup_inode(const char *path);
struct file *filp_open(const char *path, int flags);

/* read_write.c */
ssize_t vfs_read(struct file *file, char __user *buf, size_t count, loff_t *pos);
ssize_t vfs_write(struct file *file, const char __user *buf, size_t count, loff_t *pos);
ssize_t ksys_read(unsigned int fd, char __user *buf, size_t count);
ssize_t ksys_write(unsigned int fd, const char __user *buf, size_t count);
ssize_t kernel_read(struct file *file, void *buf, size_t count, loff_t *pos);

/* initramfs.c */
void vfs_caches_init(void);
void populate_rootfs(void);

extern const struct file_operations tty_fops, null_fops;

#endif
