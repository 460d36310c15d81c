/* Linux: include/linux/anon_inodes.h. */
#ifndef _LINUX_ANON_INODES_H
#define _LINUX_ANON_INODES_H

#include <linux/fs.h>

/* An open file that only its operations know anything of. NULL when there is no memory. */
struct file *anon_inode_getfile(const char *name, const struct file_operations *fops, void *priv, int flags);

#endif
