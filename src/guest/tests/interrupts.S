/*
 * When an interrupt is taken: the shadow of STI, HLT, REP, priorities. Interrupts come from the local APIC, sent by the
 * test to itself. SDM Vol. 2B, "STI"; Vol. 3A, "Interrupt Priority", "Acceptance of Vectors", "Local APIC Timer".
 */
#include "test.h"

#define ICR		LOCAL_APIC + 0x300
#define EOI		LOCAL_APIC + 0xb0
#define TPR		LOCAL_APIC + 0x80
#define PPR		LOCAL_APIC + 0xa0
#define LVT_TIMER	LOCAL_APIC + 0x320
#define INITIAL		LOCAL_APIC + 0x380
#define CURRENT		LOCAL_APIC + 0x390
#define DIVIDE		LOCAL_APIC + 0x3e0
/* Fixed delivery, to itself. */
#define SEND(vector)	movl $0x40000 + vector, ICR
#define ISR(vector)	LOCAL_APIC + 0x100 + (vector / 32) * 16
#define IRR(vector)	LOCAL_APIC + 0x200 + (vector / 32) * 16

#define NUMBER(place)	movl place, %eax

TEST
	/* Waits for IF; STI lets one more instruction through. */
	CATCH(2f)
	SEND(0x40)
	NUMBER(IRR(0x40))
	CHECK(%rax, $1)
	nop
	sti
	nop
1:	nop
2:	CHECK(seen_vector, $0x40)
	CHECK(seen_error, $NO_ERROR)
	CHECK(seen_rip, $1b)
	movq	seen_rflags, %rax
	andl	$0x10200, %eax
	CHECK(%rax, $0x200)
	NUMBER(IRR(0x40))
	CHECK(%rax, $0)
	NUMBER(ISR(0x40))
	CHECK(%rax, $1)
	movl	$0, EOI
	NUMBER(ISR(0x40))
	CHECK(%rax, $0)

	/* STI, CLI: never taken. A second STI casts no new shadow. */
	CATCH(1f)
	SEND(0x41)
	sti
	cli
	nop
1:	CHECK(seen_vector, $NOTHING)
	CATCH(2f)
	sti
	sti
1:	nop
	nop
2:	CHECK(seen_vector, $0x41)
	CHECK(seen_rip, $1b)
	movl	$0, EOI
	/* POPF has no shadow at all. */
	CATCH(2f)
	SEND(0x42)
	pushq	$0x202
	popfq
1:	nop
	nop
2:	CHECK(seen_vector, $0x42)
	CHECK(seen_rip, $1b)
	movl	$0, EOI
	/* STI, HLT: the interrupt ends the HLT, and the frame points behind it. */
	CATCH(2f)
	SEND(0x43)
	sti
	hlt
1:	nop
2:	CHECK(seen_vector, $0x43)
	CHECK(seen_rip, $1b)
	movl	$0, EOI

	/* Into ring 3, at its first instruction; by way of RSP0. */
	SEND(0x44)
	IN_USER(0x202, nop; nop)
	CHECK(seen_vector, $0x44)
	CHECK(seen_rip, $6b + USER)
	CHECK(seen_cs, $USER_CS)
	CHECK(seen_frame, $rsp0_top - 40)
	movl	$0, EOI

	/* Of two the higher comes first, and while it is in service the lower waits. */
	CATCH(1f)
	SEND(0x50)
	SEND(0x61)
	sti
	nop
	nop
1:	CHECK(seen_vector, $0x61)
	NUMBER(PPR)
	CHECK(%rax, $0x60)
	CATCH(1f)
	sti
	nop
	nop
	cli
1:	CHECK(seen_vector, $NOTHING)
	CATCH(1f)
	sti
	movl	$0, EOI
	nop
	nop
1:	CHECK(seen_vector, $0x50)
	/* A higher class interrupts it, the same class does not. */
	CATCH(1f)
	SEND(0x5f)
	SEND(0x62)
	sti
	nop
	nop
1:	CHECK(seen_vector, $0x62)
	movl	$0, EOI
	CATCH(1f)
	sti
	nop
	nop
	cli
1:	CHECK(seen_vector, $NOTHING)
	movl	$0, EOI
	CATCH(1f)
	sti
	nop
	nop
1:	CHECK(seen_vector, $0x5f)
	movl	$0, EOI

	/* The task priority holds back its own class and all below. CR8 is its upper half. */
	movl	$0x70, TPR
	movq	%cr8, %rax
	CHECK(%rax, $7)
	CATCH(1f)
	SEND(0x7f)
	sti
	nop
	nop
	cli
1:	CHECK(seen_vector, $NOTHING)
	NUMBER(PPR)
	CHECK(%rax, $0x70)
	CATCH(1f)
	movl	$6, %eax
	sti
	nop
	movq	%rax, %cr8
	nop
	nop
1:	CHECK(seen_vector, $0x7f)
	NUMBER(TPR)
	CHECK(%rax, $0x60)
	movl	$0, TPR
	movl	$0, EOI

	/* The timer. One shot: once, and the count stays at 0. */
	movl	$0xb, DIVIDE			/* by 1 */
	movl	$0x45, LVT_TIMER
	movl	$20000, INITIAL
	NUMBER(CURRENT)
	CHECK(%rax, %rax)
	testl	%eax, %eax
	setnz	%al
	movzbl	%al, %eax
	CHECK(%rax, $1)
	CATCH(2f)
	sti
1:	hlt
2:	CHECK(seen_vector, $0x45)
	movl	$0, EOI
	NUMBER(CURRENT)
	CHECK(%rax, $0)
	/* Periodic: again and again. */
	movl	$0x20000 + 0x46, LVT_TIMER
	movl	$20000, INITIAL
	movl	$5, %ebx
1:	CATCH(2f)
	sti
	hlt
2:	CHECK(seen_vector, $0x46)
	movl	$0, EOI
	decl	%ebx
	jnz	1b
	/* The initial count reads as it was written; 0 stops it. */
	NUMBER(INITIAL)
	CHECK(%rax, $20000)
	movl	$0, INITIAL
	NUMBER(CURRENT)
	CHECK(%rax, $0)
	/* Masked: it counts, and nobody hears. */
	movl	$0x10047, LVT_TIMER
	movl	$1000, INITIAL
1:	NUMBER(CURRENT)
	testl	%eax, %eax
	jnz	1b
	NUMBER(IRR(0x47))
	CHECK(%rax, $0)

	/* REP is interrupted between two steps: RIP stays on it, the registers say how far it came. It goes on from there. */
	movl	$0x48, LVT_TIMER
	movq	$0xffffffff81100000, %rdi	/* RAM that nobody uses */
	movq	%rdi, %rbp
	movl	$0x200000, %ecx
	movl	$0x5a, %eax
	CATCH(2f)
	movl	$3000, INITIAL
	sti
	nop
1:	rep; stosb
2:	CHECK(seen_vector, $0x48)
	CHECK(seen_rip, $1b)
	NOT_ON_QEMU
	movq	seen_rflags, %rdx
	shrq	$16, %rdx
	CHECK(%rdx, $1)
	END_NOT_ON_QEMU
	leaq	(%rdi,%rcx), %rdx
	leaq	0x200000(%rbp), %rbx
	CHECK(%rdx, %rbx)
	movb	-1(%rdi), %dl
	movzbl	%dl, %edx
	CHECK(%rdx, $0x5a)
	movl	$0, EOI
	rep; stosb
	CHECK(%rdi, %rbx)
	ret
