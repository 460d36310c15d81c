/* Devices without a device: /dev/null, zero, full, urandom. Linux: drivers/char/mem.c, random.c. */
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/syscalls.h>
#include <linux/uaccess.h>

static ssize_t read_null(struct file *file, char __user *buf, size_t count, loff_t *pos)
{
	(void)file;
	(void)buf;
	(void)count;
	(void)pos;
	return 0;
}

static ssize_t write_null(struct file *file, const char __user *buf, size_t count, loff_t *pos)
{
	(void)file;
	(void)buf;
	(void)pos;
	return count;
}

static ssize_t read_zero(struct file *file, char __user *buf, size_t count, loff_t *pos)
{
	(void)file;
	(void)pos;
	size_t done;

	for (done = 0; done < count; ) {
		size_t n = min(count - done, PAGE_SIZE), left = clear_user(buf + done, n);

		done += n - left;
		if (left)
			return done ? (ssize_t)done : -EFAULT;
		if (signal_pending(current))
			return done;
		cond_resched();
	}
	return done;
}

static ssize_t write_full(struct file *file, const char __user *buf, size_t count, loff_t *pos)
{
	(void)file;
	(void)buf;
	(void)count;
	(void)pos;
	return -ENOSPC;
}

static u64 random_state = 0x9e3779b97f4a7c15UL;

/* Simplified: xorshift64* from a fixed seed, so that every run is the same run. Good for tests, not for keys. */
static u64 next_random(void)
{
	random_state ^= random_state >> 12;
	random_state ^= random_state << 25;
	random_state ^= random_state >> 27;
	return random_state * 0x2545f4914f6cdd1dUL;
}

static ssize_t get_random_bytes_user(char __user *buf, size_t count)
{
	size_t done;

	count = min(count, (size_t)INT_MAX);
	for (done = 0; done < count; ) {
		u64 value = next_random();
		size_t n = min(count - done, sizeof(value)), left = copy_to_user(buf + done, &value, n);

		done += n - left;
		if (left)
			return done ? (ssize_t)done : -EFAULT;
		if ((done & ~PAGE_MASK) == 0) {
			if (signal_pending(current))
				break;
			cond_resched();
		}
	}
	return done;
}

static ssize_t urandom_read(struct file *file, char __user *buf, size_t count, loff_t *pos)
{
	(void)file;
	(void)pos;
	return get_random_bytes_user(buf, count);
}

#define GRND_NONBLOCK	1
#define GRND_RANDOM	2
#define GRND_INSECURE	4

SYSCALL_DEFINE3(getrandom, char __user *, buf, size_t, count, unsigned int, flags)
{
	if ((flags & ~(GRND_NONBLOCK | GRND_RANDOM | GRND_INSECURE)) ||
	    (flags & (GRND_RANDOM | GRND_INSECURE)) == (GRND_RANDOM | GRND_INSECURE))
		return -EINVAL;
	return get_random_bytes_user(buf, count);
}

static const struct file_operations null_fops = { .read = read_null, .write = write_null };
static const struct file_operations zero_fops = { .read = read_zero, .write = write_null };
static const struct file_operations full_fops = { .read = read_zero, .write = write_full };
static const struct file_operations urandom_fops = { .read = urandom_read, .write = write_null };

static int __init chr_dev_init(void)
{
	device_create("/dev/null", S_IFCHR | 0666, MKDEV(1, 3), &null_fops);
	device_create("/dev/zero", S_IFCHR | 0666, MKDEV(1, 5), &zero_fops);
	device_create("/dev/full", S_IFCHR | 0666, MKDEV(1, 7), &full_fops);
	device_create("/dev/random", S_IFCHR | 0666, MKDEV(1, 8), &urandom_fops);
	device_create("/dev/urandom", S_IFCHR | 0666, MKDEV(1, 9), &urandom_fops);
	return 0;
}
device_initcall(chr_dev_init);
