/* Which address space a CPU has loaded, and what it is to forget of it. Linux: arch/x86/mm/tlb.c. SDM Vol. 3A, "Propagation of Paging-Structure Changes". */
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <asm/barrier.h>
#include <asm/tlbflush.h>

/* More pages than this are forgotten all at once. Linux: tlb_single_page_flush_ceiling. */
#define FLUSH_CEILING	33

/* Linux: cpu_tlbstate. */
DEFINE_PER_CPU(struct mm_struct *, loaded_mm) = &init_mm;
/* The tlb_gen of loaded_mm up to which this CPU has forgotten what it had to. */
DEFINE_PER_CPU(unsigned long, loaded_mm_tlb_gen) = 0;
/* It runs a kernel thread, which leaves in place what was loaded before it and touches none of it. */
DEFINE_PER_CPU(int, tlb_is_lazy) = 0;

struct flush_tlb_info {
	struct mm_struct *mm;
	unsigned long start, end;
	unsigned long new_tlb_gen;
};

/* What is lazy is not told what it is to forget, but finds out when a thread of the address space runs here again. */
void enter_lazy_tlb(void)
{
	if (this_cpu_read_8(loaded_mm) != &init_mm)
		this_cpu_write_4(tlb_is_lazy, 1);
}

/* mm->cpu_bitmap says where it is loaded. */
void switch_mm_irqs_off(struct mm_struct *next)
{
	struct mm_struct *prev = this_cpu_read_8(loaded_mm);
	int cpu = smp_processor_id();
	bool was_lazy = this_cpu_read_4(tlb_is_lazy);
	unsigned long tlb_gen;

	if (was_lazy)
		this_cpu_write_4(tlb_is_lazy, 0);
	if (prev == next) {
		if (!was_lazy)
			return;
		/* Who changes tables counts first and then looks who is lazy: either it sees that we no longer are, or we see its count. */
		smp_mb();
		tlb_gen = atomic_long_read(&next->tlb_gen);
		if (tlb_gen != this_cpu_read_8(loaded_mm_tlb_gen)) {
			this_cpu_write_8(loaded_mm_tlb_gen, tlb_gen);
			__flush_tlb_local();
		}
		return;
	}
	/* Before the tables are used: from then on the CPU remembers them. */
	set_bit(cpu, &next->cpu_bitmap);
	this_cpu_write_8(loaded_mm, next);
	this_cpu_write_8(loaded_mm_tlb_gen, atomic_long_read(&next->tlb_gen));
	write_cr3(__pa(next->pgd));
	clear_bit(cpu, &prev->cpu_bitmap);
}

/* On each CPU that has it loaded, with interrupts off. Who only keeps it for a kernel thread lets go of it. */
static void flush_tlb_func(void *arg)
{
	const struct flush_tlb_info *info = arg;
	unsigned long addr, local_tlb_gen = this_cpu_read_8(loaded_mm_tlb_gen);

	if (this_cpu_read_8(loaded_mm) != info->mm)
		return;
	if (this_cpu_read_4(tlb_is_lazy)) {
		switch_mm_irqs_off(&init_mm);
		return;
	}
	/* Two at once may be done in any order: by the first that is, all is forgotten. */
	if (info->new_tlb_gen <= local_tlb_gen)
		return;
	if (info->new_tlb_gen != local_tlb_gen + 1 || info->end - info->start > FLUSH_CEILING * PAGE_SIZE) {
		this_cpu_write_8(loaded_mm_tlb_gen, atomic_long_read(&info->mm->tlb_gen));
		__flush_tlb_local();
		return;
	}
	this_cpu_write_8(loaded_mm_tlb_gen, info->new_tlb_gen);
	for (addr = info->start; addr < info->end; addr += PAGE_SIZE)
		flush_tlb_one(addr);
}

/*
 * freed_tables: page tables go too, which a CPU may walk at any time that has them loaded, whatever it runs. Linux: the filter
 * tlb_is_not_lazy().
 */
void flush_tlb_mm_range(struct mm_struct *mm, unsigned long start, unsigned long end, bool freed_tables)
{
	struct flush_tlb_info info = { mm, start, end, 0 };
	unsigned long others, flags;
	int cpu;

	preempt_disable();
	info.new_tlb_gen = atomic_long_add_return(1, &mm->tlb_gen);
	local_irq_save(flags);
	flush_tlb_func(&info);
	local_irq_restore(flags);
	others = READ_ONCE(mm->cpu_bitmap) & ~(1UL << smp_processor_id());
	if (unlikely(others)) {
		if (!freed_tables)
			for_each_possible_cpu(cpu)
				if (READ_ONCE(*per_cpu_ptr(&tlb_is_lazy, cpu)))
					others &= ~(1UL << cpu);
		smp_call_function_many(others, flush_tlb_func, &info);
	}
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
	struct flush_tlb_info info = { NULL, start, end, 0 };

	do_kernel_range_flush(&info);
	smp_call_function_many(READ_ONCE(cpu_online_mask), do_kernel_range_flush, &info);
}
