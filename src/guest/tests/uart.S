/* The serial port and its way through the I/O APIC. PC16550D data sheet, "Registers"; 82093AA data sheet. */
#include "test.h"

#define DATA	0
#define IER	1
#define IIR	2
#define FCR	2
#define LCR	3
#define MCR	4
#define LSR	5
#define MSR	6
#define SCRATCH	7

#define OUT(offset, value)	movw $COM1 + offset, %dx; movb $value, %al; outb %al, %dx
#define IN(offset)		movw $COM1 + offset, %dx; xorl %eax, %eax; inb %dx, %al
#define READS(offset, value)	IN(offset); CHECK(%rax, $value)
#define WAIT_EMPTY		5: IN(LSR); andl $0x60, %eax; cmpl $0x60, %eax; jne 5b

TEST
	WAIT_EMPTY
	/* Registers that hold what is written; the divisor behind DLAB. */
	OUT(SCRATCH, 0x5a)
	READS(SCRATCH, 0x5a)
	OUT(LCR, 0x83)
	OUT(DATA, 0x0c)
	OUT(IER, 0)
	READS(DATA, 0x0c)
	READS(IER, 0)
	READS(LCR, 0x83)
	OUT(DATA, 1)
	OUT(LCR, 3)
	OUT(IER, 0xff)
	READS(IER, 0x0f)
	OUT(IER, 0)
	OUT(FCR, 7)
	READS(IIR, 0xc1)
	OUT(FCR, 0)
	READS(IIR, 0x01)
	READS(LSR, 0x60)

	/* Loop: what is sent comes back, and the modem's outputs are its inputs. */
	OUT(MCR, 0x10)
	IN(MSR)
	andl	$0xf0, %eax
	CHECK(%rax, $0)
	OUT(MCR, 0x1f)
	IN(MSR)
	andl	$0xf0, %eax
	CHECK(%rax, $0xf0)
	OUT(MCR, 0x10)
	OUT(DATA, 0x77)
	movl	$1000000, %ecx
1:	IN(LSR)
	testb	$1, %al
	loopz	1b
	andl	$1, %eax
	CHECK(%rax, $1)
	READS(DATA, 0x77)
	IN(LSR)
	andl	$1, %eax
	CHECK(%rax, $0)
	OUT(MCR, 0x0b)

	/* Line 4 of the I/O APIC to vector 0x44, edge, to this CPU. */
	movl	$0x19, IO_APIC
	movl	$0, IO_APIC + 0x10
	movl	$0x18, IO_APIC
	movl	$0x44, IO_APIC + 0x10
	movl	IO_APIC + 0x10, %eax
	CHECK(%rax, $0x44)
	movl	$1, IO_APIC
	movl	IO_APIC + 0x10, %eax
	andl	$0x00ff00ff, %eax
	CHECK(%rax, $0x170020)

	/* The transmitter is empty: asking for its interrupt brings it at once. Reading IIR takes the reason away. */
	CATCH(1f)
	OUT(IER, 2)
	sti
	nop
	nop
	cli
1:	CHECK(seen_vector, $0x44)
	movl	$0, LOCAL_APIC + 0xb0
	READS(IIR, 0x02)
	READS(IIR, 0x01)
	CATCH(1f)
	sti
	nop
	nop
	cli
1:	CHECK(seen_vector, $NOTHING)
	/* A letter goes out, and when it is gone the interrupt comes again. */
	CATCH(1f)
	OUT(DATA, '.')
	sti
	hlt
1:	CHECK(seen_vector, $0x44)
	movl	$0, LOCAL_APIC + 0xb0
	READS(IIR, 0x02)
	OUT(IER, 0)
	WAIT_EMPTY
	/* Masked at the I/O APIC, an edge is lost. */
	movl	$0x18, IO_APIC
	movl	$0x10044, IO_APIC + 0x10
	CATCH(1f)
	OUT(IER, 2)
	movl	$0x44, IO_APIC + 0x10
	sti
	nop
	nop
	cli
1:	CHECK(seen_vector, $NOTHING)
	OUT(IER, 0)
	OUT(DATA, 10)
	ret
