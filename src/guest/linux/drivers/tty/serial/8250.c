/*
 * The serial port: a 16550A at COM1. Linux: drivers/tty/serial/8250/8250_port.c, serial_core.c.
 *
 * Output waits in a ring (circ_buf). The port asks for more with an interrupt when its transmitter is empty, so
 * write() never waits for the line. Only printk() and panic poll.
 */
#include <linux/console.h>
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/kernel.h>
#include <linux/spinlock.h>
#include <linux/tty.h>
#include <asm/io.h>
#include <asm/processor.h>

#define COM1		0x3f8
#define COM1_IRQ	4

/* PC16550D data sheet, register offsets and bits. */
#define UART_RX		0
#define UART_TX		0
#define UART_DLL	0
#define UART_IER	1
#define UART_DLM	1
#define UART_IIR	2
#define UART_FCR	2
#define UART_LCR	3
#define UART_MCR	4
#define UART_LSR	5

#define UART_IER_RDI	0x01
#define UART_IER_THRI	0x02
#define UART_IIR_NO_INT	0x01
#define UART_FCR_ENABLE	0x01
#define UART_FCR_CLEAR	0x06
#define UART_FCR_T1	0x00	/* interrupt from the first character on */
#define UART_LCR_WLEN8	0x03
#define UART_LCR_DLAB	0x80
#define UART_MCR_DTR	0x01
#define UART_MCR_RTS	0x02
#define UART_MCR_OUT2	0x08	/* lets the interrupt line out */
#define UART_LSR_DR	0x01
#define UART_LSR_THRE	0x20

#define FIFO_SIZE	16
#define UART_XMIT_SIZE	4096

void console_unlock_early_log(void);

static struct uart_port {
	spinlock_t lock;
	unsigned char ier;
	char xmit[UART_XMIT_SIZE];
	unsigned int head;	/* next free place, modulo the size */
	unsigned int tail;	/* next to be sent */
} port = { .lock = __SPIN_LOCK_UNLOCKED(port.lock) };

static unsigned char serial_in(int offset)
{
	return inb(COM1 + offset);
}

static void serial_out(int offset, unsigned char value)
{
	outb(value, COM1 + offset);
}

static unsigned int chars_pending(void)
{
	return port.head - port.tail;
}

/* The transmitter is empty: fill its FIFO. Linux: serial8250_tx_chars(). Caller holds port.lock. */
static void serial8250_tx_chars(void)
{
	int count = FIFO_SIZE;

	while (count-- && chars_pending())
		serial_out(UART_TX, port.xmit[port.tail++ % UART_XMIT_SIZE]);
	if (!chars_pending() && (port.ier & UART_IER_THRI)) {
		port.ier &= ~UART_IER_THRI;
		serial_out(UART_IER, port.ier);
	}
}

/* Linux: serial8250_start_tx(). The interrupt comes at once if the transmitter is idle. Caller holds port.lock. */
static void serial8250_start_tx(void)
{
	if (port.ier & UART_IER_THRI)
		return;
	port.ier |= UART_IER_THRI;
	serial_out(UART_IER, port.ier);
}

size_t uart_write_room(void)
{
	return UART_XMIT_SIZE - chars_pending();
}

size_t uart_chars_in_buffer(void)
{
	return chars_pending();
}

size_t uart_write(const char *buf, size_t count)
{
	unsigned long flags;
	size_t done = 0;

	spin_lock_irqsave(&port.lock, flags);
	while (done < count && uart_write_room())
		port.xmit[port.head++ % UART_XMIT_SIZE] = buf[done++];
	if (done)
		serial8250_start_tx();
	spin_unlock_irqrestore(&port.lock, flags);
	return done;
}

void uart_put_char(unsigned char c)
{
	unsigned long flags;

	spin_lock_irqsave(&port.lock, flags);
	if (uart_write_room())
		port.xmit[port.head++ % UART_XMIT_SIZE] = c;
	spin_unlock_irqrestore(&port.lock, flags);
}

void uart_flush_chars(void)
{
	unsigned long flags;

	spin_lock_irqsave(&port.lock, flags);
	if (chars_pending())
		serial8250_start_tx();
	spin_unlock_irqrestore(&port.lock, flags);
}

/* Linux: serial8250_handle_irq(). Runs with interrupts off, on the hardirq stack. */
static irqreturn_t serial8250_interrupt(int irq, void *dev_id)
{
	unsigned char received[FIFO_SIZE];
	size_t n = 0;
	int handled = IRQ_NONE;

	(void)irq;
	while (!(serial_in(UART_IIR) & UART_IIR_NO_INT)) {
		unsigned char lsr = serial_in(UART_LSR);

		handled = IRQ_HANDLED;
		while ((lsr & UART_LSR_DR) && n < FIFO_SIZE) {
			received[n++] = serial_in(UART_RX);
			lsr = serial_in(UART_LSR);
		}
		if (n) {
			n_tty_receive_buf(dev_id, received, n);
			n = 0;
		}
		if (lsr & UART_LSR_THRE) {
			spin_lock(&port.lock);
			serial8250_tx_chars();
			spin_unlock(&port.lock);
			if (uart_write_room() > UART_XMIT_SIZE / 2)
				tty_wakeup(dev_id);
		}
	}
	return handled;
}

static void wait_for_xmitr(void)
{
	while (!(serial_in(UART_LSR) & UART_LSR_THRE))
		cpu_relax();
}

/* Linux: serial8250_console_write(). What waits in the ring was written before and comes first. */
void serial8250_console_write(const char *s, size_t count)
{
	unsigned long flags;

	spin_lock_irqsave(&port.lock, flags);
	while (chars_pending()) {
		wait_for_xmitr();
		serial8250_tx_chars();
	}
	while (count) {
		int room = FIFO_SIZE;

		wait_for_xmitr();
		while (count && room >= 2) {
			if (*s == '\n') {
				serial_out(UART_TX, '\r');
				room--;
			}
			serial_out(UART_TX, *s++);
			count--;
			room--;
		}
	}
	spin_unlock_irqrestore(&port.lock, flags);
}

void console_flush_on_panic(void)
{
	serial8250_console_write("", 0);
	wait_for_xmitr();
}

/* 115,200 baud, 8 data bits, no parity, FIFOs on. */
void __init console_init(void)
{
	serial_out(UART_LCR, UART_LCR_DLAB | UART_LCR_WLEN8);
	serial_out(UART_DLL, 1);
	serial_out(UART_DLM, 0);
	serial_out(UART_LCR, UART_LCR_WLEN8);
	serial_out(UART_FCR, UART_FCR_ENABLE | UART_FCR_CLEAR | UART_FCR_T1);
	serial_out(UART_MCR, UART_MCR_DTR | UART_MCR_RTS | UART_MCR_OUT2);
	console_unlock_early_log();
}

static int __init serial8250_init(void)
{
	pr_info("ttyS0 at I/O 0x%x (irq = %d) is a 16550A\n", COM1, COM1_IRQ);
	request_irq(COM1_IRQ, serial8250_interrupt, 0, "ttyS0", &console_tty);
	port.ier = UART_IER_RDI;
	serial_out(UART_IER, port.ier);
	return 0;
}
device_initcall(serial8250_init);
