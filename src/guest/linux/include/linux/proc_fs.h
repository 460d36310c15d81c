/* Files whose text is made when somebody reads them. Linux: include/linux/proc_fs.h, seq_file.h, fs/proc/internal.h. */
#ifndef _LINUX_PROC_FS_H
#define _LINUX_PROC_FS_H

#include <linux/types.h>
#include <linux/printk.h>

struct task_struct;

/* Text that grows; count may become more than there is room for, and then it is made again with more. */
struct seq_file {
	char *buf;
	size_t size, count;
};

void seq_printf(struct seq_file *m, const char *fmt, ...) __printf(2, 3);
void seq_write(struct seq_file *m, const void *data, size_t n);

typedef void (*proc_show_t)(struct seq_file *m, struct task_struct *task);

struct proc_entry {
	const char *name;
	proc_show_t show;
};


/* pid is nobody's any more: its names go. */
void proc_flush_pid(pid_t pid);

/* net/ipv4/proc.c */
void snmp_seq_show(struct seq_file *m, struct task_struct *task);
void netstat_seq_show(struct seq_file *m, struct task_struct *task);

/* array.c, task_mmu.c: of a process. */
void proc_pid_stat(struct seq_file *m, struct task_struct *task);
void proc_pid_status(struct seq_file *m, struct task_struct *task);
void proc_pid_statm(struct seq_file *m, struct task_struct *task);
void proc_pid_cmdline(struct seq_file *m, struct task_struct *task);
void proc_pid_comm(struct seq_file *m, struct task_struct *task);
void proc_pid_maps(struct seq_file *m, struct task_struct *task);
/* stat.c: of the system; task is NULL. */
void proc_cmdline(struct seq_file *m, struct task_struct *task);
void proc_loadavg(struct seq_file *m, struct task_struct *task);
void proc_meminfo(struct seq_file *m, struct task_struct *task);
void proc_mounts(struct seq_file *m, struct task_struct *task);
void proc_stat(struct seq_file *m, struct task_struct *task);
void proc_uptime(struct seq_file *m, struct task_struct *task);
void proc_version(struct seq_file *m, struct task_struct *task);

#endif
