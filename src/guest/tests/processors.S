/*
 * Several CPUs: start-up, a lock, messages, code that another CPU changes, a TLB shootdown, timers. Every CPU runs the same `work`; the boot
 * CPU also leads and checks. With one CPU only what one can do remains. SDM Vol. 3A, "Multiple-Processor Management",
 * "Issuing Interprocessor Interrupts", "Handling Self- and Cross-Modifying Code", "Propagation of Paging-Structure Changes to Multiple Processors".
 */
#include "test.h"

#define APIC(offset)	LOCAL_APIC + offset
#define ID		APIC(0x20)
#define EOI		APIC(0xb0)
#define LDR		APIC(0xd0)
#define DFR		APIC(0xe0)
#define SVR		APIC(0xf0)
#define ICR_LOW		APIC(0x300)
#define ICR_HIGH	APIC(0x310)
#define LVT_TIMER	APIC(0x320)
#define INITIAL		APIC(0x380)
#define DIVIDE		APIC(0x3e0)
#define OTHERS		0xc0000
#define ALL		0x80000
#define LOGICAL		0x800
#define SEND_NMI	0x4400
#define SEND_INIT	0x4500
#define SEND_START	0x4600

#define HELLO		0x50
#define SHOOTDOWN	0x51
#define TIMER		0x52

/* The page that the start-up message names. */
#define START_PAGE	0x8000
#define ROUNDS		3000
#define PATCHES		20
#define REMAPS		20

#define GATE(vector, handler) \
	movq $handler, %rax; movw %ax, idt + 16 * vector; shrq $16, %rax; movw %ax, idt + 16 * vector + 6; shrq $16, %rax; movl %eax, idt + 16 * vector + 8
/* Until every CPU is here. */
#define MEET(place) \
	lock incl place; 5: pause; movl place, %eax; cmpl cpus, %eax; jb 5b
/* Until a counter has a value; eax is spent. */
#define AWAIT(place, value) \
	5: pause; movl place, %eax; cmpl value, %eax; jne 5b

TEST
	pushq	%rbx
	pushq	%r12
	/* How many there are: the boot CPU counts too. */
	movl	$1, %eax
	cpuid
	shrl	$16, %ebx
	andl	$0xff, %ebx
	jnz	1f
	incl	%ebx
1:	movl	%ebx, cpus
	GATE(2, on_nmi)
	GATE(HELLO, on_hello)
	GATE(SHOOTDOWN, on_shootdown)
	GATE(TIMER, on_timer)
	sgdt	gdt_here
	sidt	idt_here
	movq	%cr3, %rax
	movq	%rax, cr3_here
	movq	pml4 + 511 * 8, %rax
	movq	%rax, start_pml4 + 511 * 8
	movq	$start_code, %rsi
	movq	$START_PAGE + KERNEL_MAP, %rdi
	movl	$start_end - start_code, %ecx
	rep movsb

	movl	$window_frame - KERNEL_MAP + PTE_P + PTE_W, window_pte
	movl	$SEND_INIT + OTHERS, ICR_LOW
	movl	$1000, %ecx
1:	pause
	loop	1b
	movl	$SEND_START + OTHERS + (START_PAGE / 4096), ICR_LOW
	movl	$1000, %ecx
1:	pause
	loop	1b
	/* Once more, as everybody does: CPUs that run do not listen. */
	movl	$SEND_START + OTHERS + (START_PAGE / 4096), ICR_LOW
	AWAIT(arrived, cpus)
	xorl	%ebx, %ebx
	call	work

	/* What came of it. */
	movl	cpus, %eax
	imulq	$ROUNDS, %rax
	CHECK(counter, %rax)
	/* One to each other CPU, one to all others, one to all, one to a set of all others. */
	movl	cpus, %eax
	decl	%eax
	leaq	1(%rax,%rax,2), %rdx
	addq	%rax, %rdx
	CHECK(hellos, %rdx)
	CHECK(nmis, %rax)
	CHECK(wrong, $0)
	imulq	$PATCHES, %rax, %rdx
	CHECK(patches_seen, %rdx)
	imulq	$REMAPS, %rax, %rdx
	CHECK(remaps_seen, %rdx)
	movl	cpus, %ecx
	movl	$1, %eax
	shlq	%cl, %rax
	decq	%rax
	CHECK(timers, %rax)
	popq	%r12
	popq	%rbx
	ret

/* What every CPU does. ebx: its place, 0 for the boot CPU. */
work:
	movl	$-1, DFR
	movl	ID, %eax
	shrl	$24, %eax
	movl	%eax, %ecx
	movl	$0x1000000, %eax
	shll	%cl, %eax
	movl	%eax, LDR

	/* A lock around something that is no single instruction; `chain` says in which order they came. */
	MEET(barrier_lock)
	movl	$ROUNDS, %ecx
	movl	$1, %edx
take:	xorl	%eax, %eax
	lock cmpxchgl %edx, lock_word
	je	1f
	pause
	jmp	take
1:	movq	counter, %rax
	incq	%rax
	movq	%rax, counter
	movq	chain, %rax
	rolq	$7, %rax
	addq	%rbx, %rax
	xorq	%rcx, %rax
	movq	%rax, chain
	movl	$0, lock_word
	decl	%ecx
	jnz	take

	/* Messages. The boot CPU sends, the others sleep. */
	MEET(barrier_hello)
	testl	%ebx, %ebx
	jnz	sleep
	sti
	movl	cpus, %ecx
1:	decl	%ecx
	jz	2f
	movl	%ecx, %eax
	shll	$24, %eax
	movl	%eax, ICR_HIGH
	movl	$HELLO, ICR_LOW
	jmp	1b
2:	movl	cpus, %r8d
	decl	%r8d
	AWAIT(hellos, %r8d)
	movl	$HELLO + OTHERS, ICR_LOW
	addl	%r8d, %r8d
	AWAIT(hellos, %r8d)
	movl	$HELLO + ALL, ICR_LOW
	addl	cpus, %r8d
	AWAIT(hellos, %r8d)
	/* All but bit 0. */
	movl	$0xfe000000, ICR_HIGH
	movl	$HELLO + LOGICAL, ICR_LOW
	addl	cpus, %r8d
	decl	%r8d
	AWAIT(hellos, %r8d)
	movl	cpus, %r8d
	decl	%r8d
	movl	$SEND_NMI + OTHERS, ICR_LOW
	AWAIT(nmis, %r8d)
	movl	$1, awake
	movl	$SHOOTDOWN + OTHERS, ICR_LOW
	AWAIT(shot, %r8d)
	jmp	awoken
sleep:	cli
	cmpl	$0, awake
	jne	1f
	sti
	hlt
	jmp	sleep
1:	sti
	movl	cpus, %r8d
	decl	%r8d
	AWAIT(shot, %r8d)
awoken:
	/* Code that changes: the boot CPU writes, the others run it all the while. */
	MEET(barrier_code)
	xorl	%r12d, %r12d
next_patch:
	incl	%r12d
	testl	%ebx, %ebx
	jnz	1f
	movl	%r12d, patched + 1
	movl	%r12d, generation
	movl	cpus, %r8d
	decl	%r8d
	imull	%r12d, %r8d
	AWAIT(patches_seen, %r8d)
	jmp	2f
1:	call	patched
	addl	%eax, %r9d
	cmpl	%r12d, generation
	jne	1b
	/* What another CPU wrote is sure to be seen after a serializing instruction. */
	pushq	%rbx
	xorl	%eax, %eax
	cpuid
	popq	%rbx
	call	patched
	cmpl	%r12d, %eax
	je	3f
	lock incq wrong
3:	lock incq patches_seen
2:	cmpl	$PATCHES, %r12d
	jb	next_patch

	/* A mapping that changes: afterwards nobody reads through the old one. */
	MEET(barrier_window)
	movabsq	$WINDOW, %r10
	xorl	%r12d, %r12d
next_remap:
	incl	%r12d
	testl	%ebx, %ebx
	jnz	1f
	movl	$0, shot
	xorl	$0x1000, window_pte
	invlpg	(%r10)
	movl	$SHOOTDOWN + OTHERS, ICR_LOW
	movl	cpus, %r8d
	decl	%r8d
	AWAIT(shot, %r8d)
	movl	%r12d, remap
	imull	%r12d, %r8d
	AWAIT(remaps_seen, %r8d)
	jmp	2f
1:	addq	(%r10), %r9
	cmpl	%r12d, remap
	jne	1b
	movq	(%r10), %rax
	movl	%r12d, %edx
	andl	$1, %edx
	cmpq	%rdx, %rax
	je	3f
	lock incq wrong
3:	lock incq remaps_seen
2:	cmpl	$REMAPS, %r12d
	jb	next_remap

	/* Each CPU's own timer, while all sleep. */
	MEET(barrier_timer)
	movl	$0xb, DIVIDE
	movl	$TIMER, LVT_TIMER
	movl	ID, %ecx
	shrl	$24, %ecx
	movl	%ecx, %eax
	incl	%eax
	imull	$5000, %eax
	movl	%eax, INITIAL
1:	cli
	btl	%ecx, timers
	jc	2f
	sti
	hlt
	jmp	1b
2:	MEET(barrier_end)
	ret

patched:
	movl	$0, %eax
	ret

on_nmi:	lock incq nmis
	iretq
on_hello:
	lock incq hellos
	movl	$0, EOI
	iretq
on_shootdown:
	pushq	%rax
	movabsq	$WINDOW, %rax
	invlpg	(%rax)
	lock incl shot
	movl	$0, EOI
	popq	%rax
	iretq
on_timer:
	pushq	%rcx
	movl	ID, %ecx
	shrl	$24, %ecx
	lock btsl %ecx, timers
	movl	$0, EOI
	popq	%rcx
	iretq

/* Where the others begin, in 64-bit mode and with no stack yet. */
other:	movq	cr3_here, %rax
	movq	%rax, %cr3
	lgdt	gdt_here
	lidt	idt_here
	movl	$0x1ff, SVR
	movl	$1, %ebx
	lock xaddl %ebx, arrived
	movl	%ebx, %eax
	shll	$12, %eax
	leaq	stacks(%rax), %rsp
	call	work
1:	cli
	hlt
	jmp	1b

/* Copied to START_PAGE. The block is what our machine takes, the 16-bit code what others run to get there (src/machine/cpu/start.ts). */
	.data
	.balign	8
start_code:
	.byte	0xeb, 0x46, 0, 0, 0, 0, 0, 0	/* jmp 0x48 */
	.ascii	"RINGAP64"
	.quad	other, 0, start_pml4 - KERNEL_MAP, 0x100b0, 0x901
	.word	31
	.quad	START_PAGE + 0xc0
	.byte	0, 0, 0, 0, 0, 0
	.byte	0xfa				/* 0x48: cli */
	.byte	0x8c, 0xc8, 0x8e, 0xd8		/* ds = cs */
	.byte	0x66, 0x0f, 0x01, 0x16, 0x38, 0	/* lgdt 0x38 */
	.byte	0x66, 0xa1, 0x28, 0		/* cr4, cr3 */
	.byte	0x0f, 0x22, 0xe0
	.byte	0x66, 0xa1, 0x20, 0
	.byte	0x0f, 0x22, 0xd8
	.byte	0x66, 0xb9, 0x80, 0, 0, 0xc0	/* EFER */
	.byte	0x66, 0xa1, 0x30, 0
	.byte	0x66, 0x31, 0xd2
	.byte	0x0f, 0x30
	.byte	0x66, 0xb8, 0x33, 0, 1, 0x80	/* cr0: PG, WP, NE, ET, MP, PE */
	.byte	0x0f, 0x22, 0xc0
	.byte	0x66, 0xea, 0xa0, 0x80, 0, 0, 0x10, 0	/* ljmp 0x10:START_PAGE + 0xa0 */
	.skip	0xa0 - 0x81
	movl	$0x18, %eax			/* 0xa0, 64 bits wide */
	movl	%eax, %ss
	movl	%eax, %ds
	movl	%eax, %es
	jmp	*START_PAGE + 0x10
	.balign	32
	.quad	0, 0, 0x00af9b000000ffff, 0x00cf93000000ffff
start_end:

	.balign	8
gdt_here: .quad	0, 0
idt_here: .quad	0, 0
cr3_here: .quad	0
counter: .quad	0
chain:	.quad	0
hellos:	.quad	0
nmis:	.quad	0
wrong:	.quad	0
patches_seen: .quad 0
remaps_seen: .quad 0
timers:	.quad	0
cpus:	.long	0
arrived: .long	1
lock_word: .long 0
awake:	.long	0
shot:	.long	0
generation: .long 0
remap:	.long	0
barrier_lock: .long 0
barrier_hello: .long 0
barrier_code: .long 0
barrier_window: .long 0
barrier_timer: .long 0
barrier_end: .long 0

	.balign	4096
start_pml4:
	.quad	start_pdpt - KERNEL_MAP + 3
	.fill	511, 8, 0
start_pdpt:
	.quad	start_pd - KERNEL_MAP + 3
	.fill	511, 8, 0
start_pd:
	.quad	0x83
	.fill	511, 8, 0
/* Two pages, one after the other at an even place: mapped by turns. */
	.balign	8192
window_frame:
	.quad	0
	.fill	511, 8, 0
	.quad	1
	.fill	511, 8, 0

	.bss
	.balign	4096
stacks:	.skip	8 * 4096
