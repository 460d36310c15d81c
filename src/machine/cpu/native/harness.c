/*
 * Runs single instructions on the host's own CPU and writes what they did. Reads cases from standard input, writes
 * results to standard output; layouts as in cases.ts and run.ts. Code lies at CODE, data at DATA, on any Linux x86-64 host.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>

#define CODE 0x10000000UL
#define INSN (CODE + 0x100)
#define TARGET (CODE + 0x140)
#define DATA 0x20000000UL

struct test_case {
	uint8_t code[16];
	uint64_t length, seed, flags;
	uint64_t poke_addr[4], poke_value[4];
	uint64_t regs[16];
	uint64_t has_fx;	/* then an FXSAVE image follows in the file */
};

struct result {
	uint64_t regs[16];
	uint64_t flags, path, trapno, err, cr2, memory;
};

/* In encoding order; also read and written by the assembly below. */
uint64_t regs_in[16], regs_out[16], flags_in, flags_out, path_out, host_rsp;
uint64_t scratch_stack[64];
uint64_t use_fx;
uint8_t fx_in[512] __attribute__((aligned(16))), fx_out[512] __attribute__((aligned(16)));
static struct result *current;
extern void run_case(void), after_fault(void), exit_next(void), exit_target(void);

__asm__(
".text\n.globl run_case\nrun_case:\n"
"	push %rbx\n push %rbp\n push %r12\n push %r13\n push %r14\n push %r15\n"
"	mov %rsp, host_rsp\n"
"	cmpq $0, use_fx\n	je 1f\n	fxrstor64 fx_in\n1:\n"
"	pushq flags_in\n popfq\n"
"	mov regs_in+0, %rax\n mov regs_in+8, %rcx\n mov regs_in+16, %rdx\n mov regs_in+24, %rbx\n"
"	mov regs_in+32, %rsp\n mov regs_in+40, %rbp\n mov regs_in+48, %rsi\n mov regs_in+56, %rdi\n"
"	mov regs_in+64, %r8\n mov regs_in+72, %r9\n mov regs_in+80, %r10\n mov regs_in+88, %r11\n"
"	mov regs_in+96, %r12\n mov regs_in+104, %r13\n mov regs_in+112, %r14\n mov regs_in+120, %r15\n"
"	jmp *insn_address\n"
"exit_next:\n	movq $0, path_out\n	jmp save\n"
"exit_target:\n	movq $1, path_out\n"
"save:\n"
"	mov %rax, regs_out+0\n mov %rcx, regs_out+8\n mov %rdx, regs_out+16\n mov %rbx, regs_out+24\n"
"	mov %rsp, regs_out+32\n mov %rbp, regs_out+40\n mov %rsi, regs_out+48\n mov %rdi, regs_out+56\n"
"	mov %r8, regs_out+64\n mov %r9, regs_out+72\n mov %r10, regs_out+80\n mov %r11, regs_out+88\n"
"	mov %r12, regs_out+96\n mov %r13, regs_out+104\n mov %r14, regs_out+112\n mov %r15, regs_out+120\n"
"	mov $scratch_stack+256, %rsp\n"
"	pushfq\n popq flags_out\n"
"	cmpq $0, use_fx\n	je after_fault\n	fxsave64 fx_out\n	fninit\n	ldmxcsr default_mxcsr\n"
"after_fault:\n"
"	mov host_rsp, %rsp\n"
"	pushq $0x202\n popfq\n"
"	pop %r15\n pop %r14\n pop %r13\n pop %r12\n pop %rbp\n pop %rbx\n"
"	ret\n"
".data\n.balign 8\ninsn_address: .quad 0x10000100\ndefault_mxcsr: .long 0x1f80\n.text\n");

static void on_signal(int number, siginfo_t *info, void *context)
{
	static const int order[16] = { REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP, REG_RSI, REG_RDI,
		REG_R8, REG_R9, REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15 };
	/* What follows is not aligned for its own sake. */
	__asm__ volatile("pushfq; andq $~0x40000, (%%rsp); popfq" ::: "cc", "memory");
	ucontext_t *uc = context;
	greg_t *regs = uc->uc_mcontext.gregs;

	(void)number;
	(void)info;
	for (int i = 0; i < 16; i++)
		current->regs[i] = regs[order[i]];
	current->flags = regs[REG_EFL];
	/* 2: a fault, RIP still on the instruction; 3: a trap, RIP behind it; 4: a fault at the target. */
	current->path = (uint64_t)regs[REG_RIP] == INSN ? 2 : (uint64_t)regs[REG_RIP] < TARGET ? 3 : 4;
	current->trapno = regs[REG_TRAPNO];
	current->err = regs[REG_ERR];
	current->cr2 = regs[REG_CR2];
	if (use_fx) {
		struct _libc_fpstate *fp = uc->uc_mcontext.fpregs;

		memcpy(fx_out, fp, 512);
		fp->cwd = 0x37f;
		fp->swd = 0;
		fp->ftw = 0;
		fp->mxcsr = 0x1f80;
	}
	regs[REG_RIP] = (greg_t)after_fault;
	/* Not every CPU returns to a stack that is not canonical: the fault would come again, for ever. */
	regs[REG_RSP] = (greg_t)host_rsp;
	regs[REG_EFL] = 0x202;
}

static void fill(uint64_t seed, uint64_t from, uint64_t to)
{
	for (uint64_t at = from; at < to; at += 4) {
		uint32_t x = (uint32_t)seed ^ (uint32_t)(at * 2654435761u);

		x ^= x >> 15;
		x *= 0x2c1b3c6d;
		x ^= x >> 12;
		*(uint32_t *)at = x;
	}
}

static uint32_t hash(uint32_t h, uint64_t from, uint64_t to)
{
	for (uint64_t at = from; at < to; at += 4)
		h = (h ^ *(uint32_t *)at) * 16777619u;
	return h;
}

/* Reads no memory, so that it does not matter where it stands. */
static void put_jump(uint64_t at, void (*to)(void))
{
	int32_t distance = (int32_t)((uint64_t)to - (at + 5));

	*(uint8_t *)at = 0xe9;
	memcpy((void *)(at + 1), &distance, 4);
}

int main(void)
{
	static const int signals[] = { SIGSEGV, SIGILL, SIGFPE, SIGBUS, SIGTRAP };
	stack_t stack = { .ss_sp = malloc(1 << 16), .ss_size = 1 << 16 };
	struct sigaction action = { .sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | SA_ONSTACK };
	struct test_case test;

	mmap((void *)CODE, 0x2000, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	mmap((void *)DATA, 0x2000, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	mmap((void *)(DATA + 0x4000), 0x1000, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	/* Present, so that a write to it is a protection fault and not a missing page. */
	(void)*(volatile char *)(DATA + 0x4000);
	put_jump(TARGET, exit_target);
	sigaltstack(&stack, NULL);
	for (unsigned int i = 0; i < sizeof(signals) / sizeof(*signals); i++)
		sigaction(signals[i], &action, NULL);

	while (fread(&test, sizeof(test), 1, stdin) == 1) {
		struct result result = { 0 };

		fill(test.seed, DATA + 0xf00, DATA + 0x1100);
		fill(test.seed, DATA + 0x1f00, DATA + 0x2000);
		for (int i = 0; i < 4; i++)
			if (test.poke_addr[i])
				*(uint64_t *)test.poke_addr[i] = test.poke_value[i];
		memcpy((void *)INSN, test.code, test.length);
		put_jump(INSN + test.length, exit_next);
		use_fx = test.has_fx;
		if (use_fx && fread(fx_in, sizeof(fx_in), 1, stdin) != 1)
			return 2;
		memcpy(regs_in, test.regs, sizeof(regs_in));
		flags_in = test.flags;
		current = &result;
		result.path = ~0UL;
		run_case();
		if (result.path == ~0UL) {
			memcpy(result.regs, regs_out, sizeof(regs_out));
			result.flags = flags_out;
			result.path = path_out;
		}
		result.memory = hash(hash(2166136261u, DATA + 0xf00, DATA + 0x1100), DATA + 0x1f00, DATA + 0x2000);
		fwrite(&result, sizeof(result), 1, stdout);
		if (use_fx)
			fwrite(fx_out, 416, 1, stdout);
	}
	return fclose(stdout) ? 2 : 0;
}
