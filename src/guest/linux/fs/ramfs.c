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

static void drop_pages(struct inode *inode, size_t first)
{
	size_t i;

	for (i = first; i < inode->i_nr_pages; i++) {
		if (inode->i_pages[i])
			put_page(inode->i_pages[i]);
		inode->i_pages[i] = NULL;
	}
}

/* The last name and the last open file are gone: so is the file. */
void iput(struct inode *inode)
{
	if (--inode->i_count)
		return;
	drop_pages(inode, 0);
	kfree(inode->i_pages);
	kfree(inode);
}

/* What stands at page index: its own page, a part of the initramfs, or nothing but zeros (NULL). *have: how much of it there is. */
static const char *page_bytes(struct inode *inode, size_t index, size_t *have)
{
	size_t start = index << PAGE_SHIFT;

	*have = PAGE_SIZE;
	if (index < inode->i_nr_pages && inode->i_pages[index])
		return page_address(inode->i_pages[index]);
	if (start >= inode->i_initial_size) {
		*have = 0;
		return NULL;
	}
	*have = min(PAGE_SIZE, inode->i_initial_size - start);
	return inode->i_initial + start;
}

static bool put_bytes(char *to, const char *from, size_t n, bool to_user)
{
	if (to_user)
		return from ? !copy_to_user(to, from, n) : !clear_user(to, n);
	if (from)
		memcpy(to, from, n);
	else
		memset(to, 0, n);
	return true;
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
		size_t at = pos + done, offset = at & ~PAGE_MASK, have;
		const char *from = page_bytes(inode, at >> PAGE_SHIFT, &have);
		size_t n = min(count - done, PAGE_SIZE - offset);

		if (from && offset >= have)
			from = NULL;
		else if (from)
			n = min(n, have - offset);
		if (!put_bytes(buf + done, from ? from + offset : NULL, n, to_user))
			return done ? (ssize_t)done : -EFAULT;
		done += n;
	}
	return done;
}

/* The page to write to, made if need be. */
static struct page *grab_page(struct inode *inode, size_t index)
{
	const char *from;
	struct page *page;
	size_t have;

	if (index >= inode->i_nr_pages) {
		size_t n = max(inode->i_nr_pages * 2, max(index + 1, 8UL));
		struct page **pages = kcalloc(n, sizeof(*pages), GFP_KERNEL);

		if (!pages)
			return NULL;
		if (inode->i_nr_pages)
			memcpy(pages, inode->i_pages, inode->i_nr_pages * sizeof(*pages));
		kfree(inode->i_pages);
		inode->i_pages = pages;
		inode->i_nr_pages = n;
	}
	if (inode->i_pages[index])
		return inode->i_pages[index];
	page = alloc_page(GFP_KERNEL | __GFP_ZERO);
	if (!page)
		return NULL;
	from = page_bytes(inode, index, &have);
	if (from)
		memcpy(page_address(page), from, have);
	inode->i_pages[index] = page;
	return page;
}

/* Linux: generic_perform_write(). */
ssize_t ramfs_write(struct inode *inode, const char __user *buf, size_t count, loff_t pos)
{
	size_t done = 0;
	ssize_t error = 0;

	if (pos < 0)
		return -EINVAL;
	while (done < count) {
		size_t at = pos + done, offset = at & ~PAGE_MASK;
		size_t n = min(count - done, PAGE_SIZE - offset);
		struct page *page = grab_page(inode, at >> PAGE_SHIFT);

		if (!page) {
			error = -ENOSPC;
			break;
		}
		if (copy_from_user((char *)page_address(page) + offset, buf + done, n)) {
			error = -EFAULT;
			break;
		}
		done += n;
		if (pos + (loff_t)done > inode->i_size)
			inode->i_size = pos + done;
	}
	if (done)
		inode->i_mtime = ktime_get_real() / NSEC_PER_SEC;
	return done ? (ssize_t)done : error;
}

int ramfs_truncate(struct inode *inode, loff_t size)
{
	if (size < 0)
		return -EINVAL;
	if (size < inode->i_size) {
		/* What is cut off must read as zeros if the file grows again. */
		if ((size & ~PAGE_MASK) && (size >> PAGE_SHIFT) < inode->i_nr_pages && inode->i_pages[size >> PAGE_SHIFT])
			memset((char *)page_address(inode->i_pages[size >> PAGE_SHIFT]) + (size & ~PAGE_MASK), 0,
			       PAGE_SIZE - (size & ~PAGE_MASK));
		drop_pages(inode, PAGE_ALIGN(size) >> PAGE_SHIFT);
		inode->i_initial_size = min(inode->i_initial_size, (size_t)size);
	}
	inode->i_size = size;
	inode->i_mtime = ktime_get_real() / NSEC_PER_SEC;
	return 0;
}
