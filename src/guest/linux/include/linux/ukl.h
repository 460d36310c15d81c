/*
 * Unikernel Linux: what the rest of the kernel needs to know of it.
 * Paper: "Unikernel Linux (UKL)", EuroSys'23. Source: unikernelLinux/linux, include/linux/ukl.h and
 * arch/x86/entry/common.c of the 5.14 branch.
 */
#ifndef _LINUX_UKL_H
#define _LINUX_UKL_H

/* exec() of this name starts the application that is linked into the kernel; there is no such file. */
#define CONFIG_UKL_NAME		"/UKL"
/* Where the heap of the application starts: it has no ELF file whose end could tell. */
#define UKL_BRK_START		0x405000UL

#ifdef CONFIG_UNIKERNEL_LINUX

/* The C library's _start, with the prefix that the link gives all application symbols. */
extern void ukl__start(void);

/* Set the mode of current: 2 and 1. */
void enter_user(void);
void exit_user(void);

int ukl_get_bypass_syscall(void);
void ukl_set_bypass_syscall(int val);
void ukl_set_bypass_limit(int limit);
/* net/ipv4/ukl_shortcuts.c */
long ukl_shortcut_tcp_sendmsg(int fd, const void *data, unsigned long len);
long ukl_shortcut_tcp_recvmsg(int fd, void *buf, unsigned long len);

#ifdef CONFIG_UKL_ENTRY_NONE
/* The C library's beginning, called as a function; and who calls it, in place of exec. */
void ukl_lib_start_kmain(int argc, const char *const *argv);
int ukl_start_kmain(const char *const *argv);
#endif

#define UKL_STACK_ORDER		7
#define UKL_STACK_SIZE		(4096UL << UKL_STACK_ORDER)
struct task_struct;
unsigned long ukl_pin_stack(struct task_struct *tsk, unsigned long from, unsigned long size);

/* True when filename is CONFIG_UKL_NAME; makes current a UKL thread. */
int check_ukl_exec(const char *filename);

#endif

#endif
