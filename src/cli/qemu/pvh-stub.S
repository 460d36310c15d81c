/*
 * Loads nothing and boots anything: QEMU's microvm starts this as a PVH kernel, and it leaves the machine as
 * src/machine/loader.ts does, for a kernel that QEMU has put into memory as it is (-device loader). What it reads:
 * struct hvm_start_info at EBX (Xen's public/arch-x86/hvm/start_info.h), 32-bit protected mode, paging off.
 *
 * Built with `-Wl,--defsym,kernel_entry=ADDRESS`. It runs at 1 MiB, RAM that the kernel may take when we are gone.
 */
#define BOOT_PARAMS	0x7000
#define PAGE_TABLES	0x9000
#define GDT		0x6000
#define COMMAND_LINE	0x20000
#define COMMAND_LINE_MAX 2047

	.section .note.pvh, "a", @note
	.balign	4
	.long	4, 4, 18		/* XEN_ELFNOTE_PHYS32_ENTRY */
	.asciz	"Xen"
	.long	pvh_start

	.text
	.code32
	.globl	pvh_start
pvh_start:
	cli
	cld
	movl	$stack_end, %esp
	movl	%ebx, %ebp

	/* First of all the command line, to a safe place: where it stands may be where we build. */
	movl	24(%ebp), %esi
	movl	$line, %edi
	movl	$COMMAND_LINE_MAX, %ecx
	testl	%esi, %esi
	jz	2f
1:	lodsb
	testb	%al, %al
	jz	2f
	stosb
	loop	1b
2:
	/* The end of RAM below 4 GiB: the highest usable range of the memory map. */
	movl	40(%ebp), %esi
	movl	48(%ebp), %ecx
	xorl	%edx, %edx
3:	cmpl	$1, 16(%esi)
	jne	4f
	cmpl	$0, 4(%esi)
	jne	4f
	movl	(%esi), %eax
	addl	8(%esi), %eax
	cmpl	%edx, %eax
	jbe	4f
	movl	%eax, %edx
4:	addl	$24, %esi
	loop	3b
	movl	%edx, ram_end

	/* The ramdisk goes to the very end, backwards, for the two places may overlap. */
	cmpl	$0, 12(%ebp)
	je	5f
	movl	16(%ebp), %ebx
	movl	8(%ebx), %ecx
	movl	%ecx, ramdisk_size
	movl	%edx, %edi
	subl	%ecx, %edi
	andl	$-4096, %edi
	movl	%edi, ramdisk
	movl	(%ebx), %esi
	leal	-1(%esi,%ecx), %esi
	leal	-1(%edi,%ecx), %edi
	std
	rep movsb
	cld
5:
	/* Everything below here is ours: tables, boot_params and line into clean memory. */
	movl	$GDT, %edi
	movl	$(0x21000 - GDT) / 4, %ecx
	xorl	%eax, %eax
	rep stosl
	movl	$line, %esi
	movl	$COMMAND_LINE, %edi
	movl	$COMMAND_LINE_MAX, %ecx
	rep movsb

	/* Documentation/arch/x86/boot.rst, "The Real-Mode Kernel Header". */
	movl	$BOOT_PARAMS, %ebx
	movw	$0xaa55, 0x1fe(%ebx)
	movl	$0x53726448, 0x202(%ebx)
	movw	$0x20c, 0x206(%ebx)
	movb	$0xff, 0x210(%ebx)
	movb	$1, 0x211(%ebx)
	movl	ramdisk, %eax
	movl	%eax, 0x218(%ebx)
	movl	ramdisk_size, %eax
	movl	%eax, 0x21c(%ebx)
	movl	$COMMAND_LINE, 0x228(%ebx)
	movl	$COMMAND_LINE_MAX, 0x238(%ebx)
	movb	$3, 0x1e8(%ebx)
	movl	$0xa0000, 0x2d0 + 8(%ebx)
	movl	$1, 0x2d0 + 16(%ebx)
	movl	$0xa0000, 0x2d0 + 20(%ebx)
	movl	$0x60000, 0x2d0 + 28(%ebx)
	movl	$2, 0x2d0 + 36(%ebx)
	movl	$0x100000, 0x2d0 + 40(%ebx)
	movl	ram_end, %eax
	subl	$0x100000, %eax
	movl	%eax, 0x2d0 + 48(%ebx)
	movl	$1, 0x2d0 + 56(%ebx)

	/* The first 4 GiB one to one in 2 MiB pages: PML4, PDPT, four page directories. */
	movl	$PAGE_TABLES + 0x1000 + 0x23, PAGE_TABLES
	movl	$PAGE_TABLES + 0x2000 + 0x23, %eax
	movl	$PAGE_TABLES + 0x1000, %edi
6:	movl	%eax, (%edi)
	addl	$0x1000, %eax
	addl	$8, %edi
	cmpl	$PAGE_TABLES + 0x1020, %edi
	jb	6b
	movl	$0xe3, %eax
	movl	$PAGE_TABLES + 0x2000, %edi
7:	movl	%eax, (%edi)
	addl	$0x200000, %eax
	addl	$8, %edi
	cmpl	$PAGE_TABLES + 0x6000, %edi
	jb	7b

	movl	$0x0000ffff, GDT + 0x10
	movl	$0x00af9b00, GDT + 0x14
	movl	$0x0000ffff, GDT + 0x18
	movl	$0x00cf9300, GDT + 0x1c
	lgdt	descriptor

	movl	$0xa0, %eax		/* PGE, PAE */
	movl	%eax, %cr4
	movl	$PAGE_TABLES, %eax
	movl	%eax, %cr3
	movl	$0xc0000080, %ecx	/* EFER.LME */
	movl	$0x100, %eax
	xorl	%edx, %edx
	wrmsr
	movl	$0x80010031, %eax	/* PG, WP, NE, ET, PE */
	movl	%eax, %cr0
	ljmp	$0x10, $8f

	.code64
8:	movl	$0x18, %eax
	movl	%eax, %ds
	movl	%eax, %es
	movl	%eax, %ss
	movl	$0, %eax
	movl	%eax, %fs
	movl	%eax, %gs
	pushq	$2			/* none of what follows changes a flag */
	popfq
	movl	$0, %ebx
	movl	$0, %ecx
	movl	$0, %edx
	movl	$0, %edi
	movl	$0, %ebp
	movl	$0, %esp
	movl	$BOOT_PARAMS, %esi
	jmp	kernel_entry

	.data
	.balign	8
descriptor:
	.word	0x1f
	.long	GDT

	.bss
	.balign	16
ram_end:	.skip	4
ramdisk:	.skip	4
ramdisk_size:	.skip	4
line:		.skip	COMMAND_LINE_MAX + 1
	.balign	16
	.skip	256
stack_end:
