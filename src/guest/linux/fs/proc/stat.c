/* What /proc says of the system. Linux: fs/proc/{stat,meminfo,loadavg,uptime,version,cmdline}.c. */
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/proc_fs.h>
#include <linux/sched.h>
#include <linux/smp.h>
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

/* Time in which no task ran on that CPU. */
static ktime_t idle_time(int cpu)
{
	struct used used = used_on(cpu);

	return max(ktime_get() - used.utime - used.stime, (ktime_t)0);
}

void proc_uptime(struct seq_file *m, struct task_struct *unused)
{
	ktime_t idle = 0;
	int cpu;

	(void)unused;
	for_each_online_cpu(cpu)
		idle += idle_time(cpu);
	put_centiseconds(m, ktime_get(), " ");
	put_centiseconds(m, idle, "\n");
}

static void put_cpu_line(struct seq_file *m, const char *name, ktime_t user, ktime_t system, ktime_t idle)
{
	seq_printf(m, "%s %ld 0 %ld %ld 0 0 0 0 0 0\n", name, user / NSEC_PER_CLOCK, system / NSEC_PER_CLOCK, idle / NSEC_PER_CLOCK);
}

/* All CPUs together, then each. */
void proc_stat(struct seq_file *m, struct task_struct *unused)
{
	ktime_t user = 0, system = 0, idle = 0;
	int cpu;

	(void)unused;
	for_each_online_cpu(cpu) {
		struct used used = used_on(cpu);

		user += used.utime;
		system += used.stime;
		idle += idle_time(cpu);
	}
	put_cpu_line(m, "cpu ", user, system, idle);
	for_each_online_cpu(cpu) {
		struct used used = used_on(cpu);
		char name[8];

		snprintf(name, sizeof(name), "cpu%d", cpu);
		put_cpu_line(m, name, used.utime, used.stime, idle_time(cpu));
	}
	seq_printf(m, "ctxt %lu\nbtime %ld\nprocesses %lu\nprocs_running %u\nprocs_blocked 0\n", nr_context_switches(),
		   (ktime_get_real() - ktime_get()) / NSEC_PER_SEC, total_forks, nr_running());
}
