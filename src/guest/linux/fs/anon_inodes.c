/* Files that stand for nothing in any directory. Linux: fs/anon_inodes.c, where they all share one inode. */
#include <linux/anon_inodes.h>
#include <linux/fs.h>
#include <linux/slab.h>

struct file *anon_inode_getfile(const char *name, const struct file_operations *fops, void *priv, int flags)
{
	struct inode *inode = new_inode(0600);
	struct file *file;

	if (!inode)
		return NULL;
	inode->i_nlink = 1;
	file = alloc_file_pseudo(inode, name, flags, fops);
	if (file)
		file->private_data = priv;
	else
		free_inode(inode);
	return file;
}
