/*
 * Tracepoints. They emit no code: each leaves a record in the debug information that says "when
 * RIP arrives here, this happens, and its arguments live there". Names are Linux's where Linux has
 * them (include/trace/events/).
 */
#ifndef _TRACE_EVENTS_H
#define _TRACE_EVENTS_H

#ifdef __RINGSIDE_CC__
#define __trace(...)	__builtin_tracepoint(__VA_ARGS__)
#else
#define __trace(...)	do { } while (0)
#endif

/* raw_syscalls.h */
#define trace_sys_enter(r, n) \
	__trace("sys_enter", nr = n, a0 = r->di, a1 = r->si, a2 = r->dx, a3 = r->r10, a4 = r->r8, a5 = r->r9)
#define trace_sys_exit(n, value) \
	__trace("sys_exit", nr = n, ret = value)

/* A system call that bypassed the entry code: the same events, marked. */
#define trace_ukl_bypass_enter0(n) \
	__trace("sys_enter", nr = n, bypass = 1)
#define trace_ukl_bypass_enter1(n, x0) \
	__trace("sys_enter", nr = n, a0 = x0, bypass = 1)
#define trace_ukl_bypass_enter2(n, x0, x1) \
	__trace("sys_enter", nr = n, a0 = x0, a1 = x1, bypass = 1)
#define trace_ukl_bypass_enter3(n, x0, x1, x2) \
	__trace("sys_enter", nr = n, a0 = x0, a1 = x1, a2 = x2, bypass = 1)
#define trace_ukl_bypass_enter4(n, x0, x1, x2, x3) \
	__trace("sys_enter", nr = n, a0 = x0, a1 = x1, a2 = x2, a3 = x3, bypass = 1)
#define trace_ukl_bypass_enter5(n, x0, x1, x2, x3, x4) \
	__trace("sys_enter", nr = n, a0 = x0, a1 = x1, a2 = x2, a3 = x3, a4 = x4, bypass = 1)
#define trace_ukl_bypass_enter6(n, x0, x1, x2, x3, x4, x5) \
	__trace("sys_enter", nr = n, a0 = x0, a1 = x1, a2 = x2, a3 = x3, a4 = x4, a5 = x5, bypass = 1)
#define trace_ukl_bypass_exit(n, value) \
	__trace("sys_exit", nr = n, ret = value, bypass = 1)

/* sched.h, task.h */
/* next_sp: what RSP is loaded with, and with that next is on the CPU. */
#define trace_sched_switch(p, n) \
	__trace("sched_switch", prev_pid = p->pid, prev_comm = p->comm, prev_state = p->__state, \
		next_pid = n->pid, next_comm = n->comm, next_sp = n->thread.sp)
#define trace_sched_wakeup(p, cpu) \
	__trace("sched_wakeup", pid = p->pid, comm = p->comm, target_cpu = cpu)
#define trace_sched_migrate_task(p, dest) \
	__trace("sched_migrate_task", pid = p->pid, comm = p->comm, orig_cpu = p->cpu, dest_cpu = dest)
#define trace_sched_process_exit(p) \
	__trace("sched_process_exit", pid = p->pid, comm = p->comm, exit_code = p->exit_code)
#define trace_task_rename(p) \
	__trace("task_rename", pid = p->pid, comm = p->comm)
#define trace_sched_process_exec(b) \
	__trace("sched_process_exec", mm = b->mm, filename = b->interp, inode = b->file->f_inode)
#define trace_need_resched(p) \
	__trace("need_resched", pid = p->pid, comm = p->comm, target_cpu = p->cpu)
/* The scheduler is asked who is next: whatever asked for it is honoured here, also when that is the same task. */
#define trace_sched_entry(p) \
	__trace("sched_entry", preempt = p)
/*
 * Simplified: Linux tells both of both. Here each new task is told once: a process as fork, whatever call made it, and a thread
 * of a process as newtask.
 */
#define trace_sched_process_fork(p, c) \
	__trace("sched_process_fork", parent = p->pid, pid = c->pid, comm = c->comm)
#define trace_task_newtask(c, flags) \
	__trace("task_newtask", pid = c->pid, comm = c->comm, clone_flags = flags)

/* signal.h, and ours: what a handler returned to. */
#define trace_signal_generate(s, p, g) \
	__trace("signal_generate", sig = s, pid = p->pid, comm = p->comm, group = g)
#define trace_signal_deliver(s, ka) \
	__trace("signal_deliver", sig = s, handler = ka->sa_handler)
#define trace_sigreturn(r) \
	__trace("sigreturn", ip = r->ip, sp = r->sp)

/* irq.h, irq_vectors.h */
#define trace_irq_handler_entry(n) \
	__trace("irq_handler_entry", irq = n)
#define trace_irq_handler_exit(n) \
	__trace("irq_handler_exit", irq = n)
#define trace_softirq_raise(n) \
	__trace("softirq_raise", vec = n)
#define trace_softirq_entry(n) \
	__trace("softirq_entry", vec = n)
#define trace_softirq_exit(n) \
	__trace("softirq_exit", vec = n)
#define trace_local_timer_entry(v) \
	__trace("local_timer_entry", vector = v)
#define trace_local_timer_exit(v) \
	__trace("local_timer_exit", vector = v)

#define trace_reschedule_entry(v) \
	__trace("reschedule_entry", vector = v)
#define trace_reschedule_exit(v) \
	__trace("reschedule_exit", vector = v)
#define trace_call_function_entry(v) \
	__trace("call_function_entry", vector = v)
#define trace_call_function_exit(v) \
	__trace("call_function_exit", vector = v)

/*
 * lock.h. lock_acquire: current wants it. lock_acquired: current has it. lock_release: current gives it back, or wants
 * it no longer. Between contention_begin and contention_end current waits; ret is 0 when it got the lock.
 * Simplified: a trylock that succeeds tells lock_acquired too, so one event says who holds; Linux leaves it out there.
 */
#define LCB_F_SPIN	(1U << 0)
#define LCB_F_READ	(1U << 1)
#define LCB_F_WRITE	(1U << 2)
#define LCB_F_RT	(1U << 3)
#define LCB_F_PERCPU	(1U << 4)
#define LCB_F_MUTEX	(1U << 5)
#define trace_contention_begin(l, f) \
	__trace("contention_begin", lock = l, flags = f)
#define trace_contention_end(l, value) \
	__trace("contention_end", lock = l, ret = value)
#define trace_lock_acquire(l, t, r) \
	__trace("lock_acquire", lock = l, name = l->name, trylock = t, read = r)
#define trace_lock_acquired(l) \
	__trace("lock_acquired", lock = l, name = l->name)
#define trace_lock_release(l) \
	__trace("lock_release", lock = l, name = l->name)

/* net.h, napi.h, skb.h: a packet on its way. */
#define trace_netif_receive_skb(skb) \
	__trace("netif_receive_skb", skbaddr = skb, len = skb->len)
#define trace_netif_rx(skb) \
	__trace("netif_rx", skbaddr = skb, len = skb->len)
#define trace_net_dev_queue(skb) \
	__trace("net_dev_queue", skbaddr = skb, len = skb->len)
#define trace_net_dev_start_xmit(skb) \
	__trace("net_dev_start_xmit", skbaddr = skb, len = skb->len)
#define trace_net_dev_xmit(skb, rc) \
	__trace("net_dev_xmit", skbaddr = skb, ret = rc)
#define trace_napi_poll(napi, done, most) \
	__trace("napi_poll", napi = napi, work = done, budget = most)
#define trace_kfree_skb(skb) \
	__trace("kfree_skb", skbaddr = skb, protocol = skb->protocol)
#define trace_consume_skb(skb) \
	__trace("consume_skb", skbaddr = skb)

/* sock.h, tcp.h */
#define trace_inet_sock_set_state(sk, old, new) \
	__trace("inet_sock_set_state", skaddr = sk, oldstate = old, newstate = new)
#define trace_tcp_retransmit_skb(sk, skb) \
	__trace("tcp_retransmit_skb", skbaddr = skb, skaddr = sk)
/* Ports are in network byte order. Sequence numbers, of what came and of what has been read, are ours: they say whose bytes these are. */
#define trace_tcp_probe(sk, skb) \
	__trace("tcp_probe", skbaddr = skb, skaddr = sk, sport = ((struct inet_sock *)sk)->inet_sport, dport = ((struct inet_sock *)sk)->inet_dport, \
		seq = TCP_SKB_CB(skb)->seq, end_seq = TCP_SKB_CB(skb)->end_seq)
#define trace_tcp_rcv_space_adjust(sk) \
	__trace("tcp_rcv_space_adjust", skaddr = sk, sport = ((struct inet_sock *)sk)->inet_sport, dport = ((struct inet_sock *)sk)->inet_dport, \
		copied_seq = ((struct tcp_sock *)sk)->copied_seq)

/* exceptions.h */
#define trace_page_fault_user(addr, r, code) \
	__trace("page_fault_user", address = addr, ip = r->ip, error_code = code)
#define trace_page_fault_kernel(addr, r, code) \
	__trace("page_fault_kernel", address = addr, ip = r->ip, error_code = code)
#define trace_mm_fault(addr, p) \
	__trace("mm_fault", address = addr, page = p)

/* mmap.h, and ours: the map of each address space. What lies in no file has inode 0. */
#ifdef CONFIG_PAGE_TABLE_ISOLATION
#define trace_mm_alloc(m) \
	__trace("mm_alloc", mm = m, pgd = m->pgd, user_pgd = (unsigned long)m->pgd + PAGE_SIZE)
#else
#define trace_mm_alloc(m) \
	__trace("mm_alloc", mm = m, pgd = m->pgd)
#endif
#define trace_mm_release(m) \
	__trace("mm_release", mm = m)
#define trace_vma_map(m, vma) \
	__trace("vma_map", mm = m, start = vma->vm_start, end = vma->vm_end, inode = vma->vm_file->f_inode)
#define trace_vma_unmap(m, from, to) \
	__trace("vma_unmap", mm = m, start = from, end = to)
#define trace_exit_mmap(m) \
	__trace("exit_mmap", mm = m)

/* Ours: what the lab's stack panel is told of. kind: see below; pid: of a task's stack; of the others the number of their CPU. */
#define STACK_KIND_USER		0
#define STACK_KIND_KERNEL	1
#define STACK_KIND_ENTRY	2
#define STACK_KIND_IRQ		3
#define STACK_KIND_IST		10	/* + index in TSS.ist */
#define trace_stack_region(k, lo, hi, p) \
	__trace("stack_region", kind = k, low = lo, high = hi, pid = p)
/* A program's lies in its own address space, which need not be the one that is loaded. */
#define trace_user_stack(m, lo, hi, p) \
	__trace("stack_region", kind = STACK_KIND_USER, low = lo, high = hi, pid = p, mm = m)
#define trace_stack_release(lo) \
	__trace("stack_release", low = lo)

/*
 * Ours: what is true of this build wherever RIP is. Their arguments are constants, and places of
 * per-CPU variables are offsets from GS.
 */
/* Who runs at power-on. */
#define trace_first_task(c) \
	__trace("first_task", comm = c)
#define trace_selector_name(s, n) \
	__trace("selector_name", selector = s, name = n)
/* The type says how interrupted code's registers lie on a stack; its last five words are the CPU's frame. */
#define trace_saved_registers(r, fp) \
	__trace("saved_registers", regs = r, frame_pointer = fp)
/* Where entry code keeps the caller's RSP while it changes stacks. */
#define trace_caller_rsp(p) \
	__trace("caller_rsp", at = p)
/* Words that the CPU panel shows: of the CPU, and of the task whose structure a word of the CPU points to. */
#define trace_cpu_word(n, p, bytes, bits) \
	__trace("cpu_word", name = n, at = p, size = bytes, mask = bits)
#define trace_task_word(n, p, offset, bytes) \
	__trace("cpu_word", name = n, at = p, through = offset, size = bytes)
/* Values of the mode that ukl_mode tells: what the ring lane calls them, and whether the application runs. */
#define trace_mode_name(m, n, app) \
	__trace("mode_name", mode = m, name = n, application = app)

/* Each argument names a softirq and is its number. */
#define trace_softirq_vec(...) \
	__trace("softirq_vec", __VA_ARGS__)

/*
 * How a lock of a type is read: l is a null pointer of that type, at the offset of a word in it. Each further argument of lock_word and
 * lock_owner names a part of the word and says which bits it is; what is left of an owner is the task's address. lock_queue: the list's
 * head, and where a waiter has its link, its task and, if there are several kinds, its kind (read: that of a reader).
 */
#define trace_lock_word(l, field, ...) \
	__trace("lock_word", lock = l, at = field, __VA_ARGS__)
#define trace_lock_owner(l, field, ...) \
	__trace("lock_owner", lock = l, at = field, pid = offsetof(struct task_struct, pid), comm = offsetof(struct task_struct, comm), __VA_ARGS__)
#define trace_lock_queue(l, head, link, of) \
	__trace("lock_queue", lock = l, at = head, node = link, task = of, pid = offsetof(struct task_struct, pid), \
		comm = offsetof(struct task_struct, comm))
#define trace_lock_queue_kinds(l, head, link, of, type, reads) \
	__trace("lock_queue", lock = l, at = head, node = link, task = of, pid = offsetof(struct task_struct, pid), \
		comm = offsetof(struct task_struct, comm), kind = type, read = reads)

/*
 * How an address space is read: m is a null pointer of its type. area_list: the head of its list of areas, and where an area has the next one, its bounds, its
 * flags and its file, and that its inode; each further argument names a right or a property and says which of the flags it is. area_span: a stretch
 * of it that the kernel keeps by two words of its own, named as they are. kernel_range: each argument is a range of the kernel's half, which lasts to the next.
 */
#define trace_area_list(m, head, ...) \
	__trace("area_list", mm = m, at = head, next = offsetof(struct vm_area_struct, vm_next), start = offsetof(struct vm_area_struct, vm_start), \
		end = offsetof(struct vm_area_struct, vm_end), flags = offsetof(struct vm_area_struct, vm_flags), \
		file = offsetof(struct vm_area_struct, vm_file), inode = offsetof(struct file, f_inode), __VA_ARGS__)
#define trace_area_span(m, ...) \
	__trace("area_span", mm = m, __VA_ARGS__)
#define trace_kernel_range(...) \
	__trace("kernel_range", __VA_ARGS__)

/*
 * How sockets are found and read: s is a null pointer of a socket's type. socket_table: so many list heads from at, and where a socket has its link; if not
 * all in it are sockets, where it says what it is, and what a socket says. socket_field: each argument names something of a socket and says where it is: state;
 * local, remote, addresses and remote_port in network byte order, local_port; unaccepted, backlog of one that listens; received, read_to, sent, acknowledged
 * and written, numbers of the stream; receive_memory, send_memory, and of both the limit. What else is named is shown by its name. socket_state: states.
 */
#define trace_socket_table(s, heads, link) \
	__trace("socket_table", sock = s, at = heads, slots = ARRAY_SIZE(heads), node = link)
#define trace_socket_table_of(s, heads, link, of, is) \
	__trace("socket_table", sock = s, at = heads, slots = ARRAY_SIZE(heads), node = link, kind = of, mine = is)
#define trace_socket_field(s, ...) \
	__trace("socket_field", sock = s, __VA_ARGS__)
#define trace_socket_state(s, ...) \
	__trace("socket_state", sock = s, __VA_ARGS__)

/* Ours: the end of a kernel, or of a task. */
#define trace_panic(m) \
	__trace("panic", message = m)
#define trace_oops(m, r) \
	__trace("oops", message = m, ip = r->ip)

#endif
