/* Tables of connections, listeners and ports. Linux: net/ipv4/inet_hashtables.c, inet_timewait_sock.c. */
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/slab.h>
#include <net/inet_connection_sock.h>
#include <net/inet_hashtables.h>
#include <net/tcp.h>
#include <trace/events.h>

/* /proc/sys/net/ipv4/ip_local_port_range */
#define PORT_LOW	32768
#define PORT_HIGH	60999

struct inet_hashinfo tcp_hashinfo;
static struct kmem_cache *tw_cache, *bind_cache;
static int tw_count;

static int __init inet_hashinfo_init(void)
{
	int i;

	trace_socket_table((struct tcp_sock *)0, tcp_hashinfo.listening_hash, offsetof(struct sock, sk_node));
	trace_socket_table_of((struct tcp_sock *)0, tcp_hashinfo.ehash, offsetof(struct inet_connection_sock, icsk_node.node),
			      offsetof(struct inet_connection_sock, icsk_node.kind), EHASH_SOCK);
	trace_socket_field((struct tcp_sock *)0, state = offsetof(struct sock, sk_state), local = offsetof(struct inet_sock, inet_rcv_saddr),
			   local_port = offsetof(struct inet_sock, inet_num), remote = offsetof(struct inet_sock, inet_daddr),
			   remote_port = offsetof(struct inet_sock, inet_dport), unaccepted = offsetof(struct sock, sk_ack_backlog),
			   backlog = offsetof(struct sock, sk_max_ack_backlog));
	trace_socket_field((struct tcp_sock *)0, received = offsetof(struct tcp_sock, rcv_nxt), read_to = offsetof(struct tcp_sock, copied_seq),
			   acknowledged = offsetof(struct tcp_sock, snd_una), sent = offsetof(struct tcp_sock, snd_nxt),
			   written = offsetof(struct tcp_sock, write_seq), receive_memory = offsetof(struct sock, sk_rmem_alloc),
			   receive_limit = offsetof(struct sock, sk_rcvbuf), send_memory = offsetof(struct sock, sk_wmem_queued),
			   send_limit = offsetof(struct sock, sk_sndbuf));
	trace_socket_field((struct tcp_sock *)0, rcv_nxt = offsetof(struct tcp_sock, rcv_nxt), snd_una = offsetof(struct tcp_sock, snd_una),
			   snd_nxt = offsetof(struct tcp_sock, snd_nxt), snd_wnd = offsetof(struct tcp_sock, snd_wnd),
			   snd_cwnd = offsetof(struct tcp_sock, snd_cwnd));
	trace_socket_state((struct tcp_sock *)0, ESTABLISHED = TCP_ESTABLISHED, SYN_SENT = TCP_SYN_SENT, SYN_RECV = TCP_SYN_RECV,
			   FIN_WAIT1 = TCP_FIN_WAIT1, FIN_WAIT2 = TCP_FIN_WAIT2, CLOSE_WAIT = TCP_CLOSE_WAIT, LAST_ACK = TCP_LAST_ACK,
			   LISTEN = TCP_LISTEN, CLOSING = TCP_CLOSING);
	spin_lock_init(&tcp_hashinfo.lock);
	for (i = 0; i < INET_EHTABLE_SIZE; i++)
		INIT_LIST_HEAD(&tcp_hashinfo.ehash[i]);
	for (i = 0; i < INET_LHTABLE_SIZE; i++)
		INIT_LIST_HEAD(&tcp_hashinfo.listening_hash[i]);
	for (i = 0; i < INET_BHTABLE_SIZE; i++)
		INIT_LIST_HEAD(&tcp_hashinfo.bhash[i]);
	tw_cache = kmem_cache_create("tw_sock_TCP", sizeof(struct inet_timewait_sock));
	bind_cache = kmem_cache_create("tcp_bind_bucket", sizeof(struct inet_bind_bucket));
	return 0;
}
subsys_initcall(inet_hashinfo_init);

/* Simplified: without a secret; whoever knows this can make long chains. */
static struct list_head *ehash_chain(u32 daddr, u16 dport, u32 rcv_saddr, u16 num)
{
	u32 h = (daddr ^ rcv_saddr) * 0x9e3779b1 + ((u32)dport << 16 | num) * 0x85ebca6b;

	return &tcp_hashinfo.ehash[(h ^ h >> 16) % INET_EHTABLE_SIZE];
}

static struct inet_ehash_node *find(u32 daddr, u16 dport, u32 rcv_saddr, u16 num)
{
	struct inet_ehash_node *n;

	list_for_each_entry(n, ehash_chain(daddr, dport, rcv_saddr, num), node) {
		if (n->daddr == daddr && n->rcv_saddr == rcv_saddr && n->dport == dport && n->num == num)
			return n;
	}
	return NULL;
}

struct inet_ehash_node *__inet_lookup_established(u32 saddr, u16 sport, u32 daddr, u16 hnum)
{
	struct inet_ehash_node *n;

	spin_lock_bh(&tcp_hashinfo.lock);
	n = find(saddr, sport, daddr, hnum);
	if (n && n->kind == EHASH_SOCK)
		sock_hold((struct sock *)container_of(n, struct inet_connection_sock, icsk_node));
	else if (n && n->kind == EHASH_REQUEST)
		atomic_inc(&container_of(n, struct request_sock, node)->rsk_refcnt);
	else if (n)
		atomic_inc(&container_of(n, struct inet_timewait_sock, tw_node)->tw_refcnt);
	spin_unlock_bh(&tcp_hashinfo.lock);
	return n;
}

/* Who listens at that very address comes before who listens at any. */
struct sock *__inet_lookup_listener(u32 daddr, u16 hnum)
{
	struct sock *sk, *result = NULL;

	spin_lock_bh(&tcp_hashinfo.lock);
	list_for_each_entry(sk, &tcp_hashinfo.listening_hash[hnum % INET_LHTABLE_SIZE], sk_node) {
		if (inet_sk(sk)->inet_num != hnum)
			continue;
		if (inet_sk(sk)->inet_rcv_saddr == daddr) {
			result = sk;
			break;
		}
		if (!inet_sk(sk)->inet_rcv_saddr && !result)
			result = sk;
	}
	if (result)
		sock_hold(result);
	spin_unlock_bh(&tcp_hashinfo.lock);
	return result;
}

bool inet_ehash_insert(struct inet_ehash_node *n)
{
	bool ok;

	spin_lock_bh(&tcp_hashinfo.lock);
	ok = !find(n->daddr, n->dport, n->rcv_saddr, n->num);
	if (ok)
		list_add_tail(&n->node, ehash_chain(n->daddr, n->dport, n->rcv_saddr, n->num));
	spin_unlock_bh(&tcp_hashinfo.lock);
	return ok;
}

bool inet_ehash_remove(struct inet_ehash_node *n)
{
	bool was;

	spin_lock_bh(&tcp_hashinfo.lock);
	was = n->node.next && !list_empty(&n->node);
	if (was)
		list_del_init(&n->node);
	spin_unlock_bh(&tcp_hashinfo.lock);
	return was;
}

bool inet_ehash_hashed(const struct inet_ehash_node *n)
{
	bool is;

	spin_lock_bh(&tcp_hashinfo.lock);
	is = n->node.next && !list_empty(&n->node);
	spin_unlock_bh(&tcp_hashinfo.lock);
	return is;
}

bool inet_ehash_replace(struct inet_ehash_node *old, struct inet_ehash_node *new)
{
	bool was;

	spin_lock_bh(&tcp_hashinfo.lock);
	was = old->node.next && !list_empty(&old->node);
	if (was) {
		list_del_init(&old->node);
		list_add_tail(&new->node, ehash_chain(new->daddr, new->dport, new->rcv_saddr, new->num));
	}
	spin_unlock_bh(&tcp_hashinfo.lock);
	return was;
}

/* A listener waits by its port. */
int inet_hash(struct sock *sk)
{
	spin_lock_bh(&tcp_hashinfo.lock);
	list_add_tail(&sk->sk_node, &tcp_hashinfo.listening_hash[inet_sk(sk)->inet_num % INET_LHTABLE_SIZE]);
	spin_unlock_bh(&tcp_hashinfo.lock);
	return 0;
}

void inet_unhash(struct sock *sk)
{
	if (sk->sk_state == TCP_LISTEN) {
		spin_lock_bh(&tcp_hashinfo.lock);
		if (!list_empty(&sk->sk_node))
			list_del_init(&sk->sk_node);
		spin_unlock_bh(&tcp_hashinfo.lock);
	} else {
		inet_ehash_remove(&inet_csk(sk)->icsk_node);
	}
}

static struct inet_bind_bucket *find_bucket(u16 port)
{
	struct inet_bind_bucket *tb;

	list_for_each_entry(tb, &tcp_hashinfo.bhash[port % INET_BHTABLE_SIZE], node) {
		if (tb->port == port)
			return tb;
	}
	return NULL;
}

/* With the lock. NULL: there is no memory. */
static struct inet_bind_bucket *get_bucket(u16 port)
{
	struct inet_bind_bucket *tb = find_bucket(port);

	if (tb)
		return tb;
	tb = kmem_cache_alloc(bind_cache, GFP_ATOMIC);
	if (!tb)
		return NULL;
	tb->port = port;
	tb->owners_tw = 0;
	INIT_LIST_HEAD(&tb->owners);
	list_add(&tb->node, &tcp_hashinfo.bhash[port % INET_BHTABLE_SIZE]);
	return tb;
}

static void bucket_destroy(struct inet_bind_bucket *tb)
{
	if (list_empty(&tb->owners) && !tb->owners_tw) {
		list_del(&tb->node);
		kmem_cache_free(bind_cache, tb);
	}
}

/* Two may have a port when both say so (SO_REUSEADDR) and neither listens, or when their addresses differ. */
static bool inet_csk_bind_conflict(const struct sock *sk, const struct inet_bind_bucket *tb)
{
	struct sock *sk2;

	list_for_each_entry(sk2, &tb->owners, sk_bind_node) {
		u32 a = inet_sk(sk)->inet_rcv_saddr, b = inet_sk(sk2)->inet_rcv_saddr;

		if (sk == sk2 || (sk->sk_reuse && sk2->sk_reuse && sk2->sk_state != TCP_LISTEN))
			continue;
		if (!a || !b || a == b)
			return true;
	}
	return tb->owners_tw && !sk->sk_reuse;
}

static void inet_bind_hash(struct sock *sk, struct inet_bind_bucket *tb, u16 snum)
{
	inet_sk(sk)->inet_num = snum;
	list_add_tail(&sk->sk_bind_node, &tb->owners);
	inet_csk(sk)->icsk_bind_hash = tb;
}

/* A free port, if snum is 0. 0, or 1: it is somebody else's. */
int inet_csk_get_port(struct sock *sk, unsigned short snum)
{
	static unsigned short next = PORT_LOW;
	struct inet_bind_bucket *tb = NULL;
	int ret = 1, left;

	spin_lock_bh(&tcp_hashinfo.lock);
	if (snum) {
		tb = get_bucket(snum);
		if (!tb || inet_csk_bind_conflict(sk, tb))
			goto fail;
	} else {
		/* Simplified: one after the other; Linux begins at a random place. */
		for (left = PORT_HIGH - PORT_LOW; left >= 0; left--) {
			snum = next;
			next = next == PORT_HIGH ? PORT_LOW : next + 1;
			if (!find_bucket(snum))
				break;
		}
		if (left < 0)
			goto out;
		tb = get_bucket(snum);
		if (!tb)
			goto out;
	}
	if (!inet_csk(sk)->icsk_bind_hash)
		inet_bind_hash(sk, tb, snum);
	ret = 0;
	goto out;
fail:
	if (tb)
		bucket_destroy(tb);
out:
	spin_unlock_bh(&tcp_hashinfo.lock);
	return ret;
}

void inet_put_port(struct sock *sk)
{
	struct inet_bind_bucket *tb = inet_csk(sk)->icsk_bind_hash;

	spin_lock_bh(&tcp_hashinfo.lock);
	if (tb) {
		list_del_init(&sk->sk_bind_node);
		inet_csk(sk)->icsk_bind_hash = NULL;
		inet_sk(sk)->inet_num = 0;
		bucket_destroy(tb);
	}
	spin_unlock_bh(&tcp_hashinfo.lock);
}

int __inet_inherit_port(const struct sock *sk, struct sock *child)
{
	struct inet_bind_bucket *tb;

	spin_lock_bh(&tcp_hashinfo.lock);
	tb = inet_csk(sk)->icsk_bind_hash;
	/* It may have closed and listen anew, at another port. */
	if (tb && tb->port != inet_sk(child)->inet_num)
		tb = NULL;
	if (tb)
		inet_bind_hash(child, tb, tb->port);
	spin_unlock_bh(&tcp_hashinfo.lock);
	return tb ? 0 : -ENOENT;
}

static void fill_node(struct sock *sk)
{
	struct inet_sock *inet = inet_sk(sk);

	inet_csk(sk)->icsk_node = (struct inet_ehash_node) { .kind = EHASH_SOCK, .daddr = inet->inet_daddr, .rcv_saddr = inet->inet_saddr,
							     .dport = inet->inet_dport, .num = inet->inet_num };
}

int inet_hash_connect(struct sock *sk)
{
	int tries;

	if (inet_sk(sk)->inet_num) {
		fill_node(sk);
		return inet_ehash_insert(&inet_csk(sk)->icsk_node) ? 0 : -EADDRNOTAVAIL;
	}
	for (tries = 0; tries <= PORT_HIGH - PORT_LOW; tries++) {
		if (inet_csk_get_port(sk, 0))
			break;
		inet_sk(sk)->inet_sport = htons(inet_sk(sk)->inet_num);
		fill_node(sk);
		if (inet_ehash_insert(&inet_csk(sk)->icsk_node))
			return 0;
		inet_put_port(sk);
	}
	return -EADDRNOTAVAIL;
}

static void tw_timer_handler(struct timer_list *t);

struct inet_timewait_sock *inet_twsk_alloc(const struct sock *sk, int state)
{
	struct inet_timewait_sock *tw;

	if (tw_count >= TCP_MAX_TW_BUCKETS)
		return NULL;
	tw = kmem_cache_zalloc(tw_cache, GFP_ATOMIC);
	if (!tw)
		return NULL;
	tw->tw_node = inet_csk(sk)->icsk_node;
	tw->tw_node.kind = EHASH_TIMEWAIT;
	tw->tw_node.node.next = tw->tw_node.node.prev = NULL;
	tw->tw_substate = state;
	/* The table's and the timer's. */
	atomic_set(&tw->tw_refcnt, 2);
	timer_setup(&tw->tw_timer, tw_timer_handler, 0);
	return tw;
}

void inet_twsk_put(struct inet_timewait_sock *tw)
{
	if (atomic_dec_and_test(&tw->tw_refcnt))
		kmem_cache_free(tw_cache, tw);
}

/* It keeps sk's port. */
void inet_twsk_hashdance(struct inet_timewait_sock *tw, struct sock *sk)
{
	spin_lock_bh(&tcp_hashinfo.lock);
	tw->tw_tb = inet_csk(sk)->icsk_bind_hash;
	if (tw->tw_tb)
		tw->tw_tb->owners_tw++;
	tw_count++;
	spin_unlock_bh(&tcp_hashinfo.lock);
	inet_ehash_replace(&inet_csk(sk)->icsk_node, &tw->tw_node);
}

static void inet_twsk_kill(struct inet_timewait_sock *tw)
{
	if (!inet_ehash_remove(&tw->tw_node))
		return;
	spin_lock_bh(&tcp_hashinfo.lock);
	if (tw->tw_tb) {
		tw->tw_tb->owners_tw--;
		bucket_destroy(tw->tw_tb);
	}
	tw_count--;
	spin_unlock_bh(&tcp_hashinfo.lock);
	inet_twsk_put(tw);
}

static void tw_timer_handler(struct timer_list *t)
{
	struct inet_timewait_sock *tw = from_timer(tw, t, tw_timer);

	NET_INC_STATS(LINUX_MIB_TIMEWAITED);
	inet_twsk_kill(tw);
	inet_twsk_put(tw);
}

void inet_twsk_schedule(struct inet_timewait_sock *tw, int timeo)
{
	mod_timer(&tw->tw_timer, jiffies + timeo);
}

/* The time begins anew, unless it has run out: its end has the timer's reference. */
void inet_twsk_reschedule(struct inet_timewait_sock *tw, int timeo)
{
	mod_timer_pending(&tw->tw_timer, jiffies + timeo);
}

/* The caller's reference goes too. */
void inet_twsk_deschedule_put(struct inet_timewait_sock *tw)
{
	if (del_timer(&tw->tw_timer))
		inet_twsk_put(tw);
	inet_twsk_kill(tw);
	inet_twsk_put(tw);
}
