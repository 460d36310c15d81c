#ifndef _NPTL_SPECIFIC_H
#define _NPTL_SPECIFIC_H

struct pthread;
void __run_key_destructors(struct pthread *self);

#endif
