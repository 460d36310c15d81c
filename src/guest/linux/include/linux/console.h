/* Where printk() goes. Linux: include/linux/console.h. */
#ifndef _LINUX_CONSOLE_H
#define _LINUX_CONSOLE_H

#include <linux/types.h>

/* Sets up the serial port for output; what printk() kept until now comes out. */
void console_init(void);
/* Writes to the console, waiting for the port; with interrupts on or off. */
void serial8250_console_write(const char *s, size_t count);
/* Everything that waits in any buffer comes out, by polling. */
void console_flush_on_panic(void);

#endif
