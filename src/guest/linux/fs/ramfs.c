/*
 * Inodes, and the bytes of regular files. Linux: fs/inode.c, fs/ramfs/inode.c, mm/filemap.c, mm/shmem.c.
 *
 * A file that came with the initramfs is read where the loader put it. A write gets a page of its own, filled from there
 * first; so a program can write to its files, and the next reader sees it.
 */
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/time.h>
#include <linux/uaccess.h>

static unsigned long last_ino;

struct inode *new_inode(umode_t mode)
{
	struct inode *inode = kzalloc(sizeof(*inode), GFP_KERNEL);

	if (!inode)
		return NULL;
	inode->i_mode = mode;
	inode->i_ino = ++last_ino;
	inode->i_mtime = ktime_get_real() / NSEC_PER_SEC;
	return inode;
}

/* Pages of the initramfs that have a place among the file's. */
static size_t initial_pages(const struct inode *inode)
{
	return DIV_ROUND_UP(inode->i_initial_size, PAGE_SIZE);
}

static void drop_page(void *page, unsigned long index, void *data)
{
	struct inode *inode = data;

	if (index >= initial_pages(inode))
		inode->i_nr_pages--;
	put_page(page);
}

void free_inode(struct inode *inode)
{
	xa_truncate(&inode->i_pages, 0, drop_page, inode);
	kfree(inode->i_link);
	kfree(inode);
}

/* The last name and the last open file are gone: so is the file. */
void iput(struct inode *inode)
{
	if (!--inode->i_count)
		free_inode(inode);
}

size_t inode_pages(const struct inode *inode)
{
	return initial_pages(inode) + inode->i_nr_pages;
}

/* What stands at page index: its own page, a part of the initramfs, or nothing but zeros (NULL). *have: how much of it there is. */
static const char *page_bytes(struct inode *inode, size_t index, size_t *have)
{
	struct page *page = xa_load(&inode->i_pages, index);
	size_t start;

	*have = PAGE_SIZE;
	if (page)
		return page_address(page);
	if (index >= initial_pages(inode)) {
		*have = 0;
		return NULL;
	}
	start = index << PAGE_SHIFT;
	*have = min(PAGE_SIZE, inode->i_initial_size - start);
	return inode->i_initial + start;
}

/* Bytes not written. */
static size_t put_bytes(char *to, const char *from, size_t n, bool to_user)
{
	if (to_user)
		return from ? copy_to_user(to, from, n) : clear_user(to, n);
	if (from)
		memcpy(to, from, n);
	else
		memset(to, 0, n);
	return 0;
}

/* Linux: filemap_read(). */
ssize_t ramfs_read(struct inode *inode, char *buf, size_t count, loff_t pos, bool to_user)
{
	size_t done = 0;

	if (pos < 0)
		return -EINVAL;
	if (pos >= inode->i_size)
		return 0;
	count = min(count, (size_t)(inode->i_size - pos));
	while (done < count) {
		size_t at = pos + done, offset = at & ~PAGE_MASK, have, left;
		const char *from = page_bytes(inode, at >> PAGE_SHIFT, &have);
		struct page *page = xa_load(&inode->i_pages, at >> PAGE_SHIFT);
		size_t n = min(count - done, PAGE_SIZE - offset);

		if (from && offset >= have)
			from = NULL;
		else if (from)
			n = min(n, have - offset);
		/* The copy may sleep, and the file be cut meanwhile. */
		if (page)
			get_page(page);
		left = put_bytes(buf + done, from ? from + offset : NULL, n, to_user);
		if (page)
			put_page(page);
		done += n - left;
		if (left)
			return done ? (ssize_t)done : -EFAULT;
		cond_resched();
	}
	return done;
}

struct page *ramfs_grab_page(struct inode *inode, size_t index)
{
	struct page *page = xa_load(&inode->i_pages, index);
	const char *from;
	size_t have;

	if (page)
		return page;
	page = alloc_page(GFP_KERNEL | __GFP_ZERO);
	if (!page)
		return NULL;
	from = page_bytes(inode, index, &have);
	if (from)
		memcpy(page_address(page), from, have);
	if (xa_insert(&inode->i_pages, index, page)) {
		put_page(page);
		return NULL;
	}
	if (index >= initial_pages(inode))
		inode->i_nr_pages++;
	return page;
}

/* Linux: shmem_kernel_file_setup(). */
struct file *shmem_file_setup(loff_t size)
{
	struct inode *inode = new_inode(S_IFREG | 0777);
	struct file *file;

	if (!inode)
		return NULL;
	inode->i_size = size;
	file = alloc_file_pseudo(inode, "dev/zero", O_RDWR, NULL);
	if (!file)
		free_inode(inode);
	return file;
}

/* Linux: generic_write_checks(), generic_perform_write(). The caller has checked that pos + count is a position. */
ssize_t ramfs_write(struct inode *inode, const char __user *buf, size_t count, loff_t pos)
{
	size_t done = 0, most;
	ssize_t error = 0;

	if (pos < 0)
		return -EINVAL;
	most = min(rlimit(RLIMIT_FSIZE), (unsigned long)MAX_LFS_FILESIZE);
	if (count && (size_t)pos >= most) {
		if (pos != MAX_LFS_FILESIZE)
			send_sig(SIGXFSZ, current, 0);
		return -EFBIG;
	}
	count = min(count, most - pos);
	while (done < count) {
		size_t at = pos + done, offset = at & ~PAGE_MASK;
		size_t n = min(count - done, PAGE_SIZE - offset), left;
		struct page *page;
		char first;

		/* No page is made for bytes that are not there. Linux: fault_in_iov_iter_readable(). */
		if (!current->uaccess_kernel && get_user(first, buf + done)) {
			error = -EFAULT;
			break;
		}
		page = ramfs_grab_page(inode, at >> PAGE_SHIFT);
		if (!page) {
			error = -ENOMEM;
			break;
		}
		/* The copy may sleep, and the file be cut meanwhile. */
		get_page(page);
		left = copy_from_user_partial((char *)page_address(page) + offset, buf + done, n);
		put_page(page);
		done += n - left;
		if (pos + (loff_t)done > inode->i_size)
			inode->i_size = pos + done;
		if (left) {
			error = -EFAULT;
			break;
		}
		cond_resched();
	}
	if (done)
		inode->i_mtime = ktime_get_real() / NSEC_PER_SEC;
	return done ? (ssize_t)done : error;
}

int ramfs_truncate(struct inode *inode, loff_t size)
{
	if (size < 0)
		return -EINVAL;
	/* What is made anew for each reader has no length. */
	if (inode->i_fop)
		return 0;
	if (size > inode->i_size && (unsigned long)size > rlimit(RLIMIT_FSIZE)) {
		send_sig(SIGXFSZ, current, 0);
		return -EFBIG;
	}
	if (size < inode->i_size) {
		struct page *page = xa_load(&inode->i_pages, size >> PAGE_SHIFT);

		/* What is cut off must read as zeros if the file grows again. */
		if ((size & ~PAGE_MASK) && page)
			memset((char *)page_address(page) + (size & ~PAGE_MASK), 0, PAGE_SIZE - (size & ~PAGE_MASK));
		xa_truncate(&inode->i_pages, DIV_ROUND_UP((unsigned long)size, PAGE_SIZE), drop_page, inode);
		inode->i_initial_size = min(inode->i_initial_size, (size_t)size);
	}
	inode->i_size = size;
	inode->i_mtime = ktime_get_real() / NSEC_PER_SEC;
	return 0;
}
