/*
 * The kernel's messages: into a buffer, and from there to the console. Linux: kernel/printk/printk.c.
 *
 * Simplified: one record buffer that only holds what was said before the console existed; after that
 * each message goes straight to the port. Linux prints a time stamp from the scheduler's clock; we do too.
 */
#include <linux/console.h>
#include <linux/printk.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/time.h>

#define LOG_BUF_LEN	2048
#define LINE_MAX	512

static char early_log[LOG_BUF_LEN];
static size_t early_len;
static bool console_ready;
static bool at_line_start = true;
int console_loglevel = CONSOLE_LOGLEVEL_DEFAULT;

static void emit(const char *s, size_t n)
{
	if (console_ready) {
		serial8250_console_write(s, n);
	} else if (early_len + n <= LOG_BUF_LEN) {
		memcpy(early_log + early_len, s, n);
		early_len += n;
	}
}

int vprintk(const char *fmt, __builtin_va_list args)
{
	char line[LINE_MAX];
	static DEFINE_RAW_SPINLOCK(logbuf_lock);
	unsigned long flags;
	const char *text = line;
	bool cont = false;
	int n;

	n = vsnprintf(line, sizeof(line), fmt, args);
	if (n >= LINE_MAX)
		n = LINE_MAX - 1;
	if (n >= 2 && line[0] == '\001') {
		cont = line[1] == 'c';
		if (line[1] >= '0' + console_loglevel && line[1] <= '7')
			return n;
		text += 2;
		n -= 2;
	}
	raw_spin_lock_irqsave(&logbuf_lock, flags);
	if (at_line_start && !cont) {
		unsigned long usec = ktime_get() / 1000;
		char stamp[32];

		emit(stamp, scnprintf(stamp, sizeof(stamp), "[%5lu.%06lu] ", usec / 1000000, usec % 1000000));
	}
	emit(text, n);
	at_line_start = n > 0 && text[n - 1] == '\n';
	raw_spin_unlock_irqrestore(&logbuf_lock, flags);
	return n;
}

int printk(const char *fmt, ...)
{
	__builtin_va_list args;
	int n;

	__builtin_va_start(args, fmt);
	n = vprintk(fmt, args);
	__builtin_va_end(args);
	return n;
}

/* The console driver is there: say what has been said before it was. */
void console_unlock_early_log(void);
void console_unlock_early_log(void)
{
	console_ready = true;
	serial8250_console_write(early_log, early_len);
}
