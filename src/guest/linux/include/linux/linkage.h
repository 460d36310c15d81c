/* Function symbols in assembly. Linux: include/linux/linkage.h. */
#ifndef _LINUX_LINKAGE_H
#define _LINUX_LINKAGE_H

#include <linux/compiler.h>

#ifdef __ASSEMBLY__
#define SYM_CODE_START(name) \
	.globl name ; \
	.type name, @function ; \
	name:
#define SYM_CODE_END(name) \
	.size name, . - name
#define SYM_FUNC_START(name) \
	.globl name ; \
	.type name, @function ; \
	name:
#define SYM_FUNC_END(name) \
	.size name, . - name
#define SYM_INNER_LABEL(name) \
	.globl name ; \
	name:
#endif

#endif
