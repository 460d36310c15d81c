/* Local APIC and I/O APIC. Linux: arch/x86/include/asm/apicdef.h, apic.h, io_apic.h. SDM Vol. 3A, "APIC". */
#ifndef _ASM_X86_APIC_H
#define _ASM_X86_APIC_H

#include <linux/types.h>
#include <asm/io.h>
#include <asm/pgtable.h>

#define APIC_DEFAULT_PHYS_BASE	0xfee00000UL
#define IO_APIC_PHYS_BASE	0xfec00000UL

#define APIC_ID		0x20
#define APIC_LVR	0x30
#define APIC_TASKPRI	0x80
#define APIC_EOI	0xb0
#define APIC_SPIV	0xf0
#define  APIC_SPIV_APIC_ENABLED	0x100
#define APIC_ISR	0x100
#define  APIC_ISR_NR	8
#define APIC_ESR	0x280
#define APIC_ICR	0x300
#define  APIC_DEST_SELF		0x40000
#define  APIC_DM_FIXED		0x00000
#define  APIC_DM_INIT		0x00500
#define  APIC_DM_STARTUP	0x00600
#define  APIC_INT_ASSERT	0x04000
#define  APIC_INT_LEVELTRIG	0x08000
#define APIC_ICR2	0x310
#define APIC_LVTT	0x320
#define  APIC_LVT_TIMER_ONESHOT		(0 << 17)
#define  APIC_LVT_TIMER_PERIODIC	(1 << 17)
#define  APIC_LVT_TIMER_TSCDEADLINE	(2 << 17)
#define  APIC_LVT_MASKED		(1 << 16)
#define APIC_LVTPC	0x340
#define APIC_LVT0	0x350
#define APIC_LVT1	0x360
#define APIC_LVTERR	0x370
#define APIC_TMICT	0x380
#define APIC_TMCCT	0x390
#define APIC_TDCR	0x3e0
#define  APIC_TDR_DIV_16	0x3

static inline u32 apic_read(u32 reg)
{
	return readl((void *)(FIX_APIC_BASE + reg));
}

static inline void apic_write(u32 reg, u32 val)
{
	writel(val, (void *)(FIX_APIC_BASE + reg));
}

/* End of interrupt: the highest bit in service is done with. */
static inline void apic_eoi(void)
{
	apic_write(APIC_EOI, 0);
}

/* A message to another CPU's APIC, whose id is the CPU's number here: writing the low half sends it. */
static inline void apic_icr_write(u32 low, u32 apicid)
{
	apic_write(APIC_ICR2, apicid << 24);
	apic_write(APIC_ICR, low);
}

void ioapic_mask_irq(unsigned int irq);
void ioapic_unmask_irq(unsigned int irq);
void apic_resend_in_service(void);
void setup_IO_APIC(void);

/* The clock event device: one interrupt, at a time or never. */
void lapic_next_event(u64 ns_from_now);
void lapic_timer_stop(void);

u64 tsc_to_ns(u64 tsc);
u64 ns_to_tsc(u64 ns);
extern unsigned int tsc_khz;

#endif
