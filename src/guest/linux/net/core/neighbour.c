/* Neighbours: packets wait for an address that is being asked for. Linux: net/core/neighbour.c. */
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/netdevice.h>
#include <linux/slab.h>
#include <net/neighbour.h>

#define NEIGH_HASH	16
/* Linux: gc_thresh1, 2 and 3, gc_staletime; base_reachable_time / 2; mcast_solicit, retrans_time; unres_qlen. */
#define GC_THRESH1	128
#define GC_THRESH2	512
#define GC_THRESH3	1024
#define GC_STALETIME	(60 * HZ)
#define GC_INTERVAL	(15 * HZ)
#define MCAST_PROBES	3
#define RETRANS_TIME	HZ
#define QUEUE_LEN	101

static struct kmem_cache *neigh_cachep;
static struct list_head neigh_table[NEIGH_HASH];
static unsigned int entries;
static unsigned long last_flush;
static DEFINE_SPINLOCK(tbl_lock);
unsigned long neigh_unres_discards;

static void neigh_timer_handler(struct timer_list *t);
static void neigh_periodic_work(struct timer_list *t);
static struct timer_list gc_timer;

void neigh_release(struct neighbour *neigh)
{
	if (atomic_dec_and_test(&neigh->refcnt))
		kmem_cache_free(neigh_cachep, neigh);
}

static void neigh_add_timer(struct neighbour *neigh)
{
	atomic_inc(&neigh->refcnt);
	if (mod_timer(&neigh->timer, jiffies + RETRANS_TIME))
		neigh_release(neigh);
}

/* Of those that nobody has in hand, gives up as many as are too many, if no answer came or the last word from them is older. tbl_lock is held. */
static unsigned int neigh_shrink(unsigned int most, bool (*is_old)(const struct neighbour *neigh))
{
	struct neighbour *n, *next;
	unsigned int shrunk = 0;
	int i;

	for (i = 0; i < NEIGH_HASH; i++) {
		list_for_each_entry_safe(n, next, &neigh_table[i], next) {
			if (shrunk >= most)
				return shrunk;
			if (atomic_read(&n->refcnt) != 1 || !(n->nud_state == NUD_FAILED || is_old(n)))
				continue;
			list_del(&n->next);
			entries--;
			shrunk++;
			neigh_release(n);
		}
	}
	return shrunk;
}

static bool not_updated(const struct neighbour *neigh)
{
	return time_after(jiffies, neigh->updated + 5 * HZ);
}

static bool not_used(const struct neighbour *neigh)
{
	return time_after(jiffies, neigh->used + GC_STALETIME) && time_after(jiffies, neigh->updated + GC_STALETIME);
}

/* The table is full, or half full for long: room at once. Linux: neigh_forced_gc(). */
static void neigh_forced_gc(void)
{
	neigh_shrink(entries - GC_THRESH2, not_updated);
	last_flush = jiffies;
}

/* As long as there are many: those that have not been needed for a minute go. Linux: for few it looks too, and does nothing. */
static void neigh_periodic_work(struct timer_list *t)
{
	spin_lock(&tbl_lock);
	if (entries >= GC_THRESH1) {
		neigh_shrink(entries, not_used);
		if (entries >= GC_THRESH1)
			mod_timer(t, jiffies + GC_INTERVAL);
	}
	spin_unlock(&tbl_lock);
}

struct neighbour *__neigh_lookup(struct net_device *dev, u32 addr, bool create)
{
	struct list_head *chain = &neigh_table[ntohl(addr) % NEIGH_HASH];
	struct neighbour *n, *found = NULL;

	spin_lock_bh(&tbl_lock);
	list_for_each_entry(n, chain, next) {
		if (n->primary_key == addr && n->dev == dev) {
			found = n;
			break;
		}
	}
	if (!found && create && (entries >= GC_THRESH3 || (entries >= GC_THRESH2 && time_after(jiffies, last_flush + 5 * HZ))))
		neigh_forced_gc();
	if (!found && create && entries < GC_THRESH3 && (n = kmem_cache_zalloc(neigh_cachep, GFP_ATOMIC))) {
		spin_lock_init(&n->lock);
		n->dev = dev;
		n->primary_key = addr;
		n->nud_state = NUD_FAILED;
		skb_queue_head_init(&n->arp_queue);
		timer_setup(&n->timer, neigh_timer_handler, 0);
		n->used = n->updated = jiffies;
		atomic_set(&n->refcnt, 1);
		list_add_tail(&n->next, chain);
		if (++entries >= GC_THRESH1 && !timer_pending(&gc_timer))
			mod_timer(&gc_timer, jiffies + GC_INTERVAL);
		found = n;
	}
	if (found)
		atomic_inc(&found->refcnt);
	spin_unlock_bh(&tbl_lock);
	return found;
}

/* Nobody has answered: whoever waits hears of it. Linux: neigh_invalidate(). */
static void neigh_invalidate(struct neighbour *neigh)
{
	struct sk_buff *skb;

	while ((skb = skb_dequeue(&neigh->arp_queue)))
		arp_error_report(skb);
}

static void neigh_timer_handler(struct timer_list *t)
{
	struct neighbour *neigh = from_timer(neigh, t, timer);
	bool ask = false, failed = false;

	spin_lock(&neigh->lock);
	if (neigh->nud_state == NUD_INCOMPLETE) {
		if (neigh->probes >= MCAST_PROBES) {
			neigh->nud_state = NUD_FAILED;
			neigh->updated = jiffies;
			failed = true;
		} else {
			neigh->probes++;
			neigh_add_timer(neigh);
			ask = true;
		}
	}
	spin_unlock(&neigh->lock);
	if (failed)
		neigh_invalidate(neigh);
	if (ask)
		arp_solicit(neigh);
	/* That of the timer which has run. */
	neigh_release(neigh);
}

static int neigh_connected_output(struct neighbour *neigh, struct sk_buff *skb)
{
	if (skb_cow_head(skb, LL_MAX_HEADER) || dev_hard_header(skb, neigh->dev, ETH_P_IP, neigh->ha, NULL, skb->len) < 0) {
		kfree_skb(skb);
		return -EINVAL;
	}
	return dev_queue_xmit(skb);
}

/* Linux: neigh_resolve_output(), neigh_event_send(). */
int neigh_output(struct neighbour *neigh, struct sk_buff *skb)
{
	bool ask = false;

	skb->dev = neigh->dev;
	neigh->used = jiffies;
	if (READ_ONCE(neigh->nud_state) & NUD_VALID)
		return neigh_connected_output(neigh, skb);
	spin_lock_bh(&neigh->lock);
	if (neigh->nud_state & NUD_VALID) {
		spin_unlock_bh(&neigh->lock);
		return neigh_connected_output(neigh, skb);
	}
	if (neigh->nud_state == NUD_FAILED) {
		neigh->nud_state = NUD_INCOMPLETE;
		neigh->probes = 1;
		neigh_add_timer(neigh);
		ask = true;
	}
	if (skb_queue_len(&neigh->arp_queue) >= QUEUE_LEN) {
		neigh_unres_discards++;
		kfree_skb(skb_dequeue(&neigh->arp_queue));
	}
	skb_queue_tail(&neigh->arp_queue, skb);
	spin_unlock_bh(&neigh->lock);
	if (ask)
		arp_solicit(neigh);
	return 0;
}

void neigh_update(struct neighbour *neigh, const unsigned char *lladdr, u8 state)
{
	struct sk_buff_head waiting;
	struct sk_buff *skb;

	__skb_queue_head_init(&waiting);
	spin_lock_bh(&neigh->lock);
	memcpy(neigh->ha, lladdr, ETH_ALEN);
	barrier();
	WRITE_ONCE(neigh->nud_state, state);
	neigh->updated = jiffies;
	if (del_timer(&neigh->timer))
		neigh_release(neigh);
	while ((skb = skb_dequeue(&neigh->arp_queue)))
		__skb_queue_tail(&waiting, skb);
	spin_unlock_bh(&neigh->lock);
	while ((skb = __skb_dequeue(&waiting)))
		neigh_connected_output(neigh, skb);
}

static int __init neigh_init(void)
{
	int i;

	neigh_cachep = kmem_cache_create("arp_cache", sizeof(struct neighbour));
	for (i = 0; i < NEIGH_HASH; i++)
		INIT_LIST_HEAD(&neigh_table[i]);
	timer_setup(&gc_timer, neigh_periodic_work, 0);
	return 0;
}
subsys_initcall(neigh_init);
