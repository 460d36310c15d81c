/* Which address space a CPU has loaded, and what it is to forget of it. Linux: arch/x86/mm/tlb.c. SDM Vol. 3A, "Propagation of Paging-Structure Changes". */
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <asm/tlbflush.h>

/* More pages than this are forgotten all at once. Linux: tlb_single_page_flush_ceiling. */
#define FLUSH_CEILING	33

/* Linux: cpu_tlbstate.loaded_mm. */
DEFINE_PER_CPU(struct mm_struct *, loaded_mm) = &init_mm;

struct flush_tlb_info {
	struct mm_struct *mm;
	unsigned long start, end;
};

/*
 * mm->cpu_bitmap says where it is loaded. A kernel thread leaves in place what was loaded before it ("lazy TLB"), so this may find
 * that there is nothing to do.
 */
void switch_mm_irqs_off(struct mm_struct *next)
{
	struct mm_struct *prev = this_cpu_read_8(loaded_mm);
	int cpu = smp_processor_id();

	if (prev == next)
		return;
	/* Before the tables are used: from then on the CPU remembers them. */
	set_bit(cpu, &next->cpu_bitmap);
	this_cpu_write_8(loaded_mm, next);
	write_cr3(__pa(next->pgd));
	clear_bit(cpu, &prev->cpu_bitmap);
}

static void flush_local(unsigned long start, unsigned long end)
{
	if (end - start > FLUSH_CEILING * PAGE_SIZE) {
		__flush_tlb_local();
		return;
	}
	for (; start < end; start += PAGE_SIZE)
		flush_tlb_one(start);
}

/* On another CPU. If that only keeps it for a kernel thread, it lets go of it, and is asked no more. Linux: leave_mm(). */
static void flush_tlb_func(void *arg)
{
	const struct flush_tlb_info *info = arg;

	if (this_cpu_read_8(loaded_mm) != info->mm)
		return;
	if (!current->mm)
		switch_mm_irqs_off(&init_mm);
	else
		flush_local(info->start, info->end);
}

void flush_tlb_mm_range(struct mm_struct *mm, unsigned long start, unsigned long end)
{
	struct flush_tlb_info info = { mm, start, end };
	unsigned long others;

	preempt_disable();
	if (this_cpu_read_8(loaded_mm) == mm)
		flush_local(start, end);
	others = READ_ONCE(mm->cpu_bitmap) & ~(1UL << smp_processor_id());
	if (unlikely(others))
		smp_call_function_many(others, flush_tlb_func, &info);
	preempt_enable();
}

static void do_kernel_range_flush(void *arg)
{
	const struct flush_tlb_info *info = arg;
	unsigned long addr;

	for (addr = info->start; addr < info->end; addr += PAGE_SIZE)
		flush_tlb_one(addr);
}

void flush_tlb_kernel_range(unsigned long start, unsigned long end)
{
	struct flush_tlb_info info = { NULL, start, end };

	do_kernel_range_flush(&info);
	smp_call_function_many(READ_ONCE(cpu_online_mask), do_kernel_range_flush, &info);
}
