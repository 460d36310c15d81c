/* Where a CPU begins, before it is in 64-bit mode. Linux: arch/x86/include/asm/realmode.h. */
#ifndef _ASM_X86_REALMODE_H
#define _ASM_X86_REALMODE_H

/* A page below 1 MiB, which a start-up message can name. Linux looks for a free one. */
#define TRAMPOLINE_BASE	0x98000

#ifndef __ASSEMBLY__
void setup_real_mode(void);
#endif
#endif
