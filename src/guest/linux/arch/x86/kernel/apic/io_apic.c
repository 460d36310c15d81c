/* The I/O APIC: which vector each device line raises. Linux: arch/x86/kernel/apic/io_apic.c. 82093AA data sheet. */
#include <linux/init.h>
#include <linux/kernel.h>
#include <asm/apic.h>
#include <asm/irq_vectors.h>

#define IOREGSEL	0x00
#define IOWIN		0x10
#define IOREDTBL(n)	(0x10 + 2 * (n))
#define REDIR_MASKED	(1u << 16)

static u32 io_apic_read(u32 reg)
{
	writel(reg, (void *)(FIX_IO_APIC_BASE_0 + IOREGSEL));
	return readl((void *)(FIX_IO_APIC_BASE_0 + IOWIN));
}

static void io_apic_write(u32 reg, u32 value)
{
	writel(reg, (void *)(FIX_IO_APIC_BASE_0 + IOREGSEL));
	writel(value, (void *)(FIX_IO_APIC_BASE_0 + IOWIN));
}

void ioapic_mask_irq(unsigned int irq)
{
	io_apic_write(IOREDTBL(irq), io_apic_read(IOREDTBL(irq)) | REDIR_MASKED);
}

/* Fixed delivery to the boot CPU (id 0), active high, edge. */
void ioapic_unmask_irq(unsigned int irq)
{
	io_apic_write(IOREDTBL(irq) + 1, 0);
	io_apic_write(IOREDTBL(irq), ISA_IRQ_VECTOR(irq));
}

/* Every line is masked after reset; a driver's request_irq() opens it. */
void __init setup_IO_APIC(void)
{
	map_kernel_page(FIX_IO_APIC_BASE_0, IO_APIC_PHYS_BASE, PAGE_KERNEL_NOCACHE);
}
