/* What we ask of the compiler beyond C. Linux: include/linux/compiler.h, compiler_attributes.h. */
#ifndef _LINUX_COMPILER_H
#define _LINUX_COMPILER_H

#define __section(name)		__attribute__((section(name)))
#define __aligned(x)		__attribute__((aligned(x)))
#define __packed		__attribute__((packed))
#define __used			__attribute__((used))
#define __maybe_unused		__attribute__((unused))
#define __noreturn		__attribute__((noreturn))
#define __weak			__attribute__((weak))
#define __printf(a, b)		__attribute__((format(printf, a, b)))
#define noinline		__attribute__((noinline))
#ifndef __always_inline
#define __always_inline		inline __attribute__((always_inline))
#endif

/*
 * Linux keeps entry code free of instrumentation (noinstr) and marks what assembly calls
 * (asmlinkage, __visible). Here the words only inform the reader.
 */
#define noinstr			noinline
#define asmlinkage
#define __visible		__used
#define __user
#define __iomem
#define __percpu
#define __force

#define likely(x)		__builtin_expect(!!(x), 1)
#define unlikely(x)		__builtin_expect(!!(x), 0)
#define unreachable()		__builtin_unreachable()
#define offsetof(type, member)	__builtin_offsetof(type, member)

/* Nothing moves across this. */
#define barrier()		__asm__ volatile("" : : : "memory")
#define READ_ONCE(x)		(*(const volatile typeof(x) *)&(x))
#define WRITE_ONCE(x, val)	(*(volatile typeof(x) *)&(x) = (val))

#define static_assert(expr, text) _Static_assert(expr, text)

#endif
