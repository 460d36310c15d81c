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

/* Softirqs, the most urgent first. Simplified: those that somebody here raises. */
enum {
	TIMER_SOFTIRQ,
	NET_TX_SOFTIRQ,
	NET_RX_SOFTIRQ,
	NR_SOFTIRQS
};

struct softirq_action {
	void (*action)(struct softirq_action *);
};

void open_softirq(int nr, void (*action)(struct softirq_action *));
void raise_softirq(unsigned int nr);
/* With interrupts off. */
void raise_softirq_irqoff(unsigned int nr);
/* The same, where it is sure that somebody looks: in an interrupt or a softirq. */
void __raise_softirq_irqoff(unsigned int nr);
/* The beginning and the end of every interrupt; softirqs run in the latter. */
void irq_enter_rcu(void);
void irq_exit_rcu(void);
/* The CPU sleeps without a tick: jiffies are counted first. kernel/time/timer.c. */
void tick_irq_enter(void);

#endif
