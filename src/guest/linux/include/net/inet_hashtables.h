/* Who a segment is for. Linux: include/net/inet_hashtables.h, inet_timewait_sock.h. Bodies in net/ipv4/inet_hashtables.c. */
#ifndef _NET_INET_HASHTABLES_H
#define _NET_INET_HASHTABLES_H

#include <linux/list.h>
#include <linux/timer.h>
#include <net/ip.h>

#define INET_EHTABLE_SIZE	256
#define INET_LHTABLE_SIZE	32
#define INET_BHTABLE_SIZE	64

/* What stands in the table of connections: a sock, one that is yet to become one, or what is left of one. */
enum ehash_kind {
	EHASH_SOCK,
	EHASH_REQUEST,
	EHASH_TIMEWAIT,
};

/* Simplified: in place of Linux's struct sock_common, with which all three begin there. */
struct inet_ehash_node {
	struct list_head node;
	enum ehash_kind kind;
	u32 daddr, rcv_saddr;
	u16 dport, num;			/* theirs in network byte order, ours as a number */
};

/* A port that somebody has. */
struct inet_bind_bucket {
	struct list_head node;
	u16 port;
	int owners_tw;			/* what is left of connections */
	struct list_head owners;	/* by sk_bind_node */
};

/* Simplified: chains and ports have one lock, and who looks somebody up takes it too; Linux reads without (RCU). */
struct inet_hashinfo {
	spinlock_t lock;
	struct list_head ehash[INET_EHTABLE_SIZE];
	struct list_head listening_hash[INET_LHTABLE_SIZE];	/* by sk_node */
	struct list_head bhash[INET_BHTABLE_SIZE];
};

extern struct inet_hashinfo tcp_hashinfo;

/* With a reference. NULL: nobody. */
struct inet_ehash_node *__inet_lookup_established(u32 saddr, u16 sport, u32 daddr, u16 hnum);
struct sock *__inet_lookup_listener(u32 daddr, u16 hnum);
/* false: the four are taken already. */
bool inet_ehash_insert(struct inet_ehash_node *n);
/* false: it was not there. */
bool inet_ehash_remove(struct inet_ehash_node *n);
/* Whether it is in the table. */
bool inet_ehash_hashed(const struct inet_ehash_node *n);
/* The new one takes the old one's place at one moment. False: the old one was not there, and the new one is not either. */
bool inet_ehash_replace(struct inet_ehash_node *old, struct inet_ehash_node *new);
int inet_hash(struct sock *sk);
void inet_unhash(struct sock *sk);
/* A local port, if it has none, and a place in the table. */
int inet_hash_connect(struct sock *sk);
int inet_csk_get_port(struct sock *sk, unsigned short snum);
void inet_put_port(struct sock *sk);
/* The child of a listener has the same port. */
int __inet_inherit_port(const struct sock *sk, struct sock *child);

struct inet_timewait_sock {
	struct inet_ehash_node tw_node;
	atomic_t tw_refcnt;
	u8 tw_substate;
	u8 tw_rcv_wscale;
	u32 tw_rcv_nxt, tw_snd_nxt, tw_rcv_wnd;
	int tw_timeout;
	struct timer_list tw_timer;
	struct inet_bind_bucket *tw_tb;
};

struct inet_timewait_sock *inet_twsk_alloc(const struct sock *sk, int state);
/* Takes sk's place. */
void inet_twsk_hashdance(struct inet_timewait_sock *tw, struct sock *sk);
/* Before others find it. */
void inet_twsk_schedule(struct inet_timewait_sock *tw, int timeo);
void inet_twsk_reschedule(struct inet_timewait_sock *tw, int timeo);
/* It ends now. */
void inet_twsk_deschedule_put(struct inet_timewait_sock *tw);
void inet_twsk_put(struct inet_timewait_sock *tw);

#endif
