/* Virtually contiguous kernel memory with guard pages. Linux: include/linux/vmalloc.h. */
#ifndef _LINUX_VMALLOC_H
#define _LINUX_VMALLOC_H

#include <linux/types.h>

/* Simplified: that many at once. */
#define MAX_VMALLOC_AREAS	1024

void *vmalloc(unsigned long size);
void vfree(const void *addr);
void vmalloc_init(void);

#endif
