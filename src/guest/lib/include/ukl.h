/*
 * What only a unikernel's application can call. Each is the kernel's function of that name, with UKL's prefix from the link:
 * ukl_get_bypass_syscall() and its like in arch/x86/entry/common.c. All three are about the thread that calls.
 */
#ifndef _UKL_H
#define _UKL_H

#ifdef CONFIG_UKL_BYPASS
/* May the next call bypass the entry code? 0 when the flag is off, a signal waits, or this is one of every limit. Counts. */
int get_bypass_syscall(void);
void set_bypass_syscall(int on);
void set_bypass_limit(int limit);
#endif

#ifdef CONFIG_UKL_DEEP_SHORTCUT
/* What TCP does for write() and read(), and nothing else: net/ipv4/ukl_shortcuts.c says what the caller answers for. Bytes, or -errno. */
long shortcut_tcp_sendmsg(int fd, const void *data, unsigned long len);
long shortcut_tcp_recvmsg(int fd, void *buf, unsigned long len);
#endif

#endif
