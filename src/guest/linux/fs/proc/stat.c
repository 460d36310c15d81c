/* What /proc says of the system. Linux: fs/proc/{stat,meminfo,loadavg,uptime,version,cmdline}.c. */
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/proc_fs.h>
#include <linux/sched.h>
#include <linux/time.h>
#include <linux/utsname.h>

#define NSEC_PER_CLOCK	(NSEC_PER_SEC / 100)

void proc_cmdline(struct seq_file *m, struct task_struct *unused)
{
	(void)unused;
	seq_printf(m, "%s\n", boot_command_line);
}

void proc_version(struct seq_file *m, struct task_struct *unused)
{
	(void)unused;
	seq_printf(m, "%s version %s %s\n", init_uts_ns.sysname, init_uts_ns.release, init_uts_ns.version);
}

void proc_mounts(struct seq_file *m, struct task_struct *unused)
{
	(void)unused;
	seq_printf(m, "rootfs / rootfs rw 0 0\nproc /proc proc rw 0 0\n");
}

static unsigned long kib(unsigned long pages)
{
	return pages * (PAGE_SIZE / 1024);
}

/* Files are in memory, and take it for good: what is free is what can be had. */
void proc_meminfo(struct seq_file *m, struct task_struct *unused)
{
	(void)unused;
	seq_printf(m, "MemTotal:       %8lu kB\nMemFree:        %8lu kB\nMemAvailable:   %8lu kB\n", kib(totalram_pages()), kib(nr_free_pages()),
		   kib(nr_free_pages()));
	seq_printf(m, "Buffers:        %8d kB\nCached:         %8d kB\nSwapTotal:      %8d kB\nSwapFree:       %8d kB\nShmem:          %8d kB\n", 0, 0, 0, 0, 0);
}

/* Simplified: the load is not averaged over time. */
void proc_loadavg(struct seq_file *m, struct task_struct *unused)
{
	(void)unused;
	seq_printf(m, "0.00 0.00 0.00 %u/%d %d\n", nr_running(), nr_threads, last_pid);
}

static void put_centiseconds(struct seq_file *m, ktime_t time, const char *after)
{
	seq_printf(m, "%lu.%02lu%s", time / NSEC_PER_SEC, time % NSEC_PER_SEC / NSEC_PER_CLOCK, after);
}

/* Time in which no task ran. */
static ktime_t idle_time(void)
{
	struct used all = total_used();

	return max(ktime_get() - all.utime - all.stime, (ktime_t)0);
}

void proc_uptime(struct seq_file *m, struct task_struct *unused)
{
	(void)unused;
	put_centiseconds(m, ktime_get(), " ");
	put_centiseconds(m, idle_time(), "\n");
}

void proc_stat(struct seq_file *m, struct task_struct *unused)
{
	struct used all = total_used();

	(void)unused;
	seq_printf(m, "cpu  %ld 0 %ld %ld 0 0 0 0 0 0\n", all.utime / NSEC_PER_CLOCK, all.stime / NSEC_PER_CLOCK, idle_time() / NSEC_PER_CLOCK);
	seq_printf(m, "ctxt %lu\nbtime %ld\nprocesses %lu\nprocs_running %u\nprocs_blocked 0\n", nr_context_switches(),
		   (ktime_get_real() - ktime_get()) / NSEC_PER_SEC, total_forks, nr_running());
}
