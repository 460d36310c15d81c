/*
 * Bare-metal tests: no kernel, no C. start.S sets up rings, tables and a handler for every vector, and calls test_main.
 * A test does something, and asserts with CHECK and FAULTS what became of it. Whatever is delivered is noted in seen_*
 * and execution goes on at the address in `resume`, in ring 0, on the stack in `resume_rsp`.
 */
#define KERNEL_CS	0x10
#define KERNEL_SS	0x18
#define USER_SS		0x2b
#define USER_CS		0x33
#define SPARE_SELECTOR	0x38
#define TSS_SELECTOR	0x40

/* The image's first 2 MiB again, for ring 3, this far from where it is linked. */
#define USER		0xc0000000
/* 512 pages whose entries at each level (window_pml4e, window_pdpte, window_pde, window_pte) belong to the test. */
#define WINDOW		0x8000000000
#define KERNEL_MAP	0xffffffff80000000
#define IO_APIC		0xffffffffc0000000
#define LOCAL_APIC	0xffffffffc0200000
#define COM1		0x3f8

#define PTE_P		0x01
#define PTE_W		0x02
#define PTE_U		0x04
#define PTE_A		0x20
#define PTE_D		0x40

#define DE		0
#define DB		1
#define BP		3
#define UD		6
#define DF		8
#define TS		10
#define NP		11
#define SS		12
#define GP		13
#define PF		14
/* Ring 3 may ask for this one: it ends code that did not fault. */
#define DONE		0x81
#define NOTHING		0xff
#define NO_ERROR	-1

/* Two things that must be equal: registers (not rsp), memory, or 32-bit constants. */
#define CHECK(is, wanted) \
	pushq is; pushq wanted; pushq $__LINE__; call check_equal; addq $24, %rsp

/* From here on the next delivery goes to the label. */
#define CATCH(label) \
	movq %rsp, resume_rsp; movq $label, resume; movq $NOTHING, seen_vector

/* The one instruction, in ring 0, raises this, and points at itself. */
#define FAULTS(vector, error, ...) \
	CATCH(9f); \
8:	__VA_ARGS__; \
9:	pushq $8b; pushq $error; pushq $vector; pushq $__LINE__; call check_fault; addq $32, %rsp

/* These instructions run in ring 3, with these flags besides IF's neighbour bit 1, until something is delivered. */
#define IN_USER(flags, ...) \
	.pushsection .text.user, "ax"; \
6:	__VA_ARGS__; \
	int $DONE; \
	.popsection; \
	CATCH(9f); \
	pushq $USER_SS; pushq $user_stack_top + USER; pushq $(flags); pushq $USER_CS; pushq $6b + USER; iretq; \
9:

/* In ring 3 the first of these instructions raises this. */
#define USER_FAULTS(vector, error, ...) \
	IN_USER(2, __VA_ARGS__); \
	pushq $6b + USER; pushq $error; pushq $vector; pushq $__LINE__; call check_fault; addq $32, %rsp

/* Between these two: what the manual says and QEMU's interpreter does otherwise. src/cli/qemu/README.md names each. */
#define NOT_ON_QEMU	cmpq $0, on_qemu; jne 7f
#define END_NOT_ON_QEMU	7:

/* SSE, with its exceptions. */
#define SSE_ON	movq %cr4, %rax; orl $0x600, %eax; movq %rax, %cr4	/* OSFXSR, OSXMMEXCPT */

#define TEST	.text; .globl test_main; test_main:
