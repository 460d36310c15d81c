#ifndef _POSIX_FORK_H
#define _POSIX_FORK_H

/* What threads and the application have to see to around a fork; NULL while there is nothing. */
extern void (*__before_fork)(void), (*__after_fork)(int is_child), (*__threads_after_fork)(void);

#endif
