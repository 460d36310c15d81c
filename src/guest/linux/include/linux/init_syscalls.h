/* What the kernel does on behalf of its first program. Linux: include/linux/init_syscalls.h, init/main.c. */
#ifndef _LINUX_INIT_SYSCALLS_H
#define _LINUX_INIT_SYSCALLS_H

/* Opens /dev/console as descriptors 0, 1 and 2 of current. */
void console_on_rootfs(void);

#endif
