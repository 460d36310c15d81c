/* Interrupt handlers of drivers. Linux: include/linux/interrupt.h, kernel/irq/manage.c. */
#ifndef _LINUX_INTERRUPT_H
#define _LINUX_INTERRUPT_H

#include <linux/types.h>
#include <linux/irqflags.h>

typedef int irqreturn_t;
#define IRQ_NONE	0
#define IRQ_HANDLED	1

typedef irqreturn_t (*irq_handler_t)(int irq, void *dev_id);

#define IRQF_SHARED	0x80

/*
 * Installs the handler of a GSI and unmasks it in the I/O APIC. The handler runs with interrupts
 * off on the hardirq stack and must not sleep.
 */
int request_irq(unsigned int irq, irq_handler_t handler, unsigned long flags, const char *name, void *dev_id);
void free_irq(unsigned int irq, void *dev_id);
void disable_irq_nosync(unsigned int irq);
void enable_irq(unsigned int irq);

#endif
