/*
 * Where the values are: items in slabs, found by a hash table, the least recently used going first. After memcached's items.c, slabs.c and
 * assoc.c as its documents describe them.
 *
 * Memory comes in pages that are given to a slab class for good and cut into chunks of one size; the sizes grow by a quarter from
 * class to class, so that little is lost in a chunk, and nothing is ever moved or joined. When the limit is reached, the item of the same
 * class that nobody has asked for the longest makes room.
 * One lock, cache_lock, keeps all of it.
 */
#define KEY_MAX		250
#define ITEM_MAX	(1024 * 1024)	/* an item as a whole */
#define SLAB_PAGE	(64 * 1024)
#define CHUNK_MIN	96
#define CLASSES		64
#define REALTIME_MAX	(60 * 60 * 24 * 30)	/* longer times are seconds since 1970 */
#define HASH_POWER	12

struct item {
	struct item *h_next;		/* in its bucket, or among its class's free chunks */
	struct item *prev, *next;	/* in its class's LRU list */
	uint64_t cas;
	uint32_t flags;
	uint32_t size;			/* of the value, with the line end that follows it */
	int64_t exptime;		/* second at which it is gone; 0: never, less: it is gone */
	int64_t time;			/* when it was stored or asked for */
	uint8_t class;
	uint8_t key_size;
	uint8_t busy;			/* somebody copies from it: it does not make room */
	char data[];			/* the key, then the value */
};

struct slab_class {
	size_t size;
	struct item *free;
	struct item *head, *tail;
	unsigned int pages, used;
};

struct counters {
	uint64_t get, set, touch, flush, get_hits, get_misses, get_expired, get_flushed, delete_hits, delete_misses, incr_hits, incr_misses,
		decr_hits, decr_misses, cas_hits, cas_misses, cas_badval, touch_hits, touch_misses, read, written, items, bytes, total_items,
		evictions, connections, total_connections;
};

static pthread_mutex_t cache_lock = PTHREAD_MUTEX_INITIALIZER;
static struct slab_class classes[CLASSES];
static int nr_classes;
static size_t memory_limit = 16 * 1024 * 1024, memory_used;
static struct item **table;
static unsigned int hash_power = HASH_POWER;
static struct counters counters;
static uint64_t last_cas;
static int64_t flushed_before;		/* items that are not younger are gone, once that second has come */
static uint64_t flushed_cas;		/* of those of the same second, the ones up to here */
static int64_t now, started, real_at_start;

static char *value_of(struct item *it)
{
	return it->data + it->key_size;
}

static size_t item_size(size_t key_size, size_t size)
{
	return sizeof(struct item) + key_size + size;
}

static int store_init(void)
{
	size_t size = CHUNK_MIN;

	for (nr_classes = 0; nr_classes < CLASSES - 1 && size < ITEM_MAX / 2; nr_classes++) {
		classes[nr_classes].size = size;
		size = (size + size / 4 + 7) & ~7UL;
	}
	classes[nr_classes++].size = ITEM_MAX;
	table = calloc(1UL << hash_power, sizeof(*table));
	return table != NULL;
}

/* FNV-1a. */
static uint32_t hash_of(const char *key, size_t n)
{
	uint32_t hash = 2166136261U;

	while (n--)
		hash = (hash ^ (unsigned char)*key++) * 16777619U;
	return hash;
}

static struct item **bucket_of(const char *key, size_t n)
{
	return &table[hash_of(key, n) & ((1U << hash_power) - 1)];
}

/* Twice as many buckets as soon as there are half as many items again. Without memory the chains grow instead. */
static void hash_expand(void)
{
	size_t old = 1UL << hash_power, i;
	struct item **bigger;

	if (counters.items <= old + old / 2 || hash_power >= 24)
		return;
	bigger = calloc(old * 2, sizeof(*bigger));
	if (!bigger)
		return;
	hash_power++;
	for (i = 0; i < old; i++) {
		struct item *it, *next;

		for (it = table[i]; it; it = next) {
			struct item **to = &bigger[hash_of(it->data, it->key_size) & (old * 2 - 1)];

			next = it->h_next;
			it->h_next = *to;
			*to = it;
		}
	}
	free(table);
	table = bigger;
}

static void lru_insert(struct item *it)
{
	struct slab_class *class = &classes[it->class];

	it->prev = NULL;
	it->next = class->head;
	if (class->head)
		class->head->prev = it;
	else
		class->tail = it;
	class->head = it;
}

static void lru_remove(struct item *it)
{
	struct slab_class *class = &classes[it->class];

	if (it->prev)
		it->prev->next = it->next;
	else
		class->head = it->next;
	if (it->next)
		it->next->prev = it->prev;
	else
		class->tail = it->prev;
}

static void item_free(struct item *it)
{
	struct slab_class *class = &classes[it->class];

	it->h_next = class->free;
	class->free = it;
	class->used--;
}

static void item_link(struct item *it)
{
	struct item **bucket = bucket_of(it->data, it->key_size);

	it->h_next = *bucket;
	*bucket = it;
	it->time = now;
	it->cas = ++last_cas;
	lru_insert(it);
	counters.items++;
	counters.total_items++;
	counters.bytes += item_size(it->key_size, it->size);
	hash_expand();
}

static void item_unlink(struct item *it)
{
	struct item **at = bucket_of(it->data, it->key_size);

	while (*at != it)
		at = &(*at)->h_next;
	*at = it->h_next;
	lru_remove(it);
	counters.items--;
	counters.bytes -= item_size(it->key_size, it->size);
	item_free(it);
}

static int is_flushed(const struct item *it)
{
	return flushed_before && flushed_before <= now && (it->time < flushed_before || (it->time == flushed_before && it->cas <= flushed_cas));
}

static int is_expired(const struct item *it)
{
	return it->exptime && it->exptime <= now;
}

/* A new page for the class, if the limit allows. The first one it has in any case. */
static int grow(struct slab_class *class)
{
	size_t page = class->size > SLAB_PAGE ? class->size : SLAB_PAGE, n;
	char *memory;

	if (class->pages && memory_used + page > memory_limit)
		return 0;
	memory = malloc(page);
	if (!memory)
		return 0;
	memory_used += page;
	class->pages++;
	for (n = page / class->size; n > 0; n--) {
		struct item *it = (struct item *)(memory + (n - 1) * class->size);

		it->h_next = class->free;
		class->free = it;
	}
	return 1;
}

enum alloc_failure { TOO_LARGE = 1, NO_MEMORY };

/* An item that nobody knows yet. NULL: *why. */
static struct item *item_alloc(const char *key, size_t key_size, uint32_t flags, int64_t exptime, size_t size, enum alloc_failure *why)
{
	size_t total = item_size(key_size, size);
	struct slab_class *class = classes;
	struct item *it, *oldest;

	*why = TOO_LARGE;
	if (total > ITEM_MAX)
		return NULL;
	while (class->size < total)
		class++;
	if (!class->free && !grow(class)) {
		oldest = class->tail && class->tail->busy ? class->tail->prev : class->tail;
		if (oldest) {
			counters.evictions += !is_expired(oldest) && !is_flushed(oldest);
			item_unlink(oldest);
		}
	}
	*why = NO_MEMORY;
	it = class->free;
	if (!it)
		return NULL;
	class->free = it->h_next;
	class->used++;
	it->class = class - classes;
	it->busy = 0;
	it->flags = flags;
	it->exptime = exptime;
	it->size = size;
	it->key_size = key_size;
	memcpy(it->data, key, key_size);
	return it;
}

/* The item, if it is there and not gone; it goes now if it is. What it was is counted where *get* asks. */
static struct item *item_get(const char *key, size_t key_size, int get)
{
	struct item *it = *bucket_of(key, key_size);

	while (it && (it->key_size != key_size || memcmp(it->data, key, key_size) != 0))
		it = it->h_next;
	if (!it)
		return NULL;
	if (is_flushed(it)) {
		counters.get_flushed += get;
		item_unlink(it);
		return NULL;
	}
	if (is_expired(it)) {
		counters.get_expired += get;
		item_unlink(it);
		return NULL;
	}
	return it;
}

/* Asked for: it is the last to go. Once a minute is enough, so that a popular item does not move with every request. */
static void item_update(struct item *it)
{
	if (it->time >= now - 60)
		return;
	it->time = now;
	lru_remove(it);
	lru_insert(it);
}

/* Seconds from now, or since 1970; less than 0 is gone at once. */
static int64_t realtime(int64_t exptime)
{
	if (exptime == 0)
		return 0;
	if (exptime < 0)
		return -1;
	if (exptime > REALTIME_MAX)
		return exptime <= real_at_start ? -1 : exptime - real_at_start + started;
	return now + exptime;
}
