/* Neighbours: packets wait for an address that is being asked for. Linux: net/core/neighbour.c. */
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/netdevice.h>
#include <linux/slab.h>
#include <net/neighbour.h>

#define NEIGH_HASH	16
/* Linux: gc_thresh3, mcast_solicit, retrans_time; unres_qlen. */
#define MAX_NEIGHBOURS	1024
#define MCAST_PROBES	3
#define RETRANS_TIME	HZ
#define QUEUE_LEN	101

static struct kmem_cache *neigh_cachep;
static struct list_head neigh_table[NEIGH_HASH];
static unsigned int entries;
static DEFINE_SPINLOCK(tbl_lock);
unsigned long neigh_unres_discards;

static void neigh_timer_handler(struct timer_list *t);

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
	if (!found && create && entries < MAX_NEIGHBOURS && (n = kmem_cache_zalloc(neigh_cachep, GFP_ATOMIC))) {
		spin_lock_init(&n->lock);
		n->dev = dev;
		n->primary_key = addr;
		n->nud_state = NUD_FAILED;
		skb_queue_head_init(&n->arp_queue);
		timer_setup(&n->timer, neigh_timer_handler, 0);
		list_add_tail(&n->next, chain);
		entries++;
		found = n;
	}
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
			failed = true;
		} else {
			neigh->probes++;
			mod_timer(&neigh->timer, jiffies + RETRANS_TIME);
			ask = true;
		}
	}
	spin_unlock(&neigh->lock);
	if (failed)
		neigh_invalidate(neigh);
	if (ask)
		arp_solicit(neigh);
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
		mod_timer(&neigh->timer, jiffies + RETRANS_TIME);
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
	del_timer(&neigh->timer);
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
	return 0;
}
subsys_initcall(neigh_init);
