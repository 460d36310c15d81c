/* Bytes into, and out of, a vector of memory. Linux: lib/iov_iter.c. */
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/uio.h>

void iov_iter_init(struct iov_iter *i, unsigned int direction, const struct iovec *iov, unsigned long nr_segs, size_t count)
{
	*i = (struct iov_iter) { .iter_type = ITER_IOVEC, .data_source = direction, .count = count, .iov = iov, .nr_segs = nr_segs };
}

void iov_iter_kvec(struct iov_iter *i, unsigned int direction, const struct kvec *kvec, unsigned long nr_segs, size_t count)
{
	*i = (struct iov_iter) { .iter_type = ITER_KVEC, .data_source = direction, .count = count, .kvec = kvec, .nr_segs = nr_segs };
}

void iov_iter_advance(struct iov_iter *i, size_t bytes)
{
	bytes = min(bytes, i->count);
	i->count -= bytes;
	bytes += i->iov_offset;
	/* A piece that is used up is left behind; one of no length too. */
	for (; i->nr_segs && bytes >= i->iov->iov_len; i->iov++, i->nr_segs--)
		bytes -= i->iov->iov_len;
	i->iov_offset = bytes;
}

void iov_iter_revert(struct iov_iter *i, size_t bytes)
{
	i->count += bytes;
	while (bytes > i->iov_offset) {
		bytes -= i->iov_offset;
		i->iov--;
		i->nr_segs++;
		i->iov_offset = i->iov->iov_len;
	}
	i->iov_offset -= bytes;
}

/* One piece. Bytes not copied. */
static size_t copy_piece(struct iov_iter *i, char *addr, char *piece, size_t n)
{
	if (i->iter_type == ITER_KVEC) {
		memcpy(i->data_source ? addr : piece, i->data_source ? piece : addr, n);
		return 0;
	}
	return i->data_source ? copy_from_user(addr, piece, n) : copy_to_user(piece, addr, n);
}

static size_t copy_iter(char *addr, size_t bytes, struct iov_iter *i)
{
	size_t done = 0;

	bytes = min(bytes, i->count);
	while (done < bytes) {
		size_t n = min(i->iov->iov_len - i->iov_offset, bytes - done), left = 0;

		if (n)
			left = copy_piece(i, addr + done, (char *)i->iov->iov_base + i->iov_offset, n);
		iov_iter_advance(i, n - left);
		done += n - left;
		if (left)
			break;
	}
	return done;
}

size_t copy_to_iter(const void *addr, size_t bytes, struct iov_iter *i)
{
	return copy_iter((char *)addr, bytes, i);
}

size_t copy_from_iter(void *addr, size_t bytes, struct iov_iter *i)
{
	return copy_iter(addr, bytes, i);
}

ssize_t import_iovec(int type, const struct iovec __user *uvec, unsigned long nr_segs, unsigned long fast_segs, struct iovec **iovp,
		     struct iov_iter *i)
{
	struct iovec *iov = *iovp;
	size_t total = 0;
	unsigned long n;
	int ret = 0;

	*iovp = NULL;
	if (nr_segs > UIO_MAXIOV)
		return -EINVAL;
	if (nr_segs > fast_segs) {
		*iovp = iov = kmalloc(nr_segs * sizeof(*iov), GFP_KERNEL);
		if (!iov)
			return -ENOMEM;
	}
	if (copy_from_user(iov, uvec, nr_segs * sizeof(*iov)))
		ret = -EFAULT;
	for (n = 0; n < nr_segs && !ret; n++) {
		if ((ssize_t)iov[n].iov_len < 0)
			ret = -EINVAL;
		else if (!access_ok(iov[n].iov_base, iov[n].iov_len))
			ret = -EFAULT;
		else if (iov[n].iov_len > MAX_RW_COUNT - total)
			iov[n].iov_len = MAX_RW_COUNT - total;
		total += iov[n].iov_len;
	}
	if (ret) {
		kfree(*iovp);
		*iovp = NULL;
		return ret;
	}
	iov_iter_init(i, type, iov, nr_segs, total);
	return total;
}

int import_single_range(int type, void __user *buf, size_t len, struct iovec *iov, struct iov_iter *i)
{
	len = min(len, MAX_RW_COUNT);
	if (!access_ok(buf, len))
		return -EFAULT;
	*iov = (struct iovec) { buf, len };
	iov_iter_init(i, type, iov, 1, len);
	return 0;
}
