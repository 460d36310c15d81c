/*
 * The text protocol, as memcached's doc/protocol.txt has it: a line is a command, and after set, add, replace, append, prepend and cas come as many
 * bytes as it said and a line end. What cannot be understood is ERROR, what the client did wrong CLIENT_ERROR, what the server
 * cannot do SERVER_ERROR, each with a sentence. Every answer is that of the version below, byte for byte.
 * Simplified: what is not of the classic text protocol is an ERROR: meta commands, the binary protocol, stats of other names than "slabs" and
 * "reset", and what is for administrators (slabs, lru, watch, cache_memlimit, shutdown and the like). What stats counts is our own.
 */
#define TOKENS		24
#define LINE_MAX_BYTES	2048
#define VERSION		"1.6.18"

enum state { COMMAND, DATA, SWALLOW, CLOSING };
enum store_mode { SET, ADD, REPLACE, APPEND, PREPEND, CAS };

/* Bytes that grow. */
struct buffer {
	char *bytes;
	size_t from, to, size;
};

struct conn {
	int fd;
	enum state state;
	struct buffer in, out;
	int noreply;
	int failed;			/* no memory for an answer */
	/* The item whose bytes are being read, and how many have come; what is to be done with it then. */
	struct item *item;
	size_t filled;
	enum store_mode mode;
	uint64_t wanted_cas;
	size_t swallow;			/* bytes that nobody wants */
	unsigned int events;		/* what is waited for */
	struct worker *worker;
	struct conn *next;		/* on its way to a worker */
};

struct token {
	const char *text;
	size_t size;
};

static int buffer_room(struct buffer *b, size_t n)
{
	size_t size = b->size ? b->size : 2048;
	char *bytes;

	if (b->from == b->to)
		b->from = b->to = 0;
	if (b->size - b->to >= n)
		return 1;
	if (b->from) {
		memmove(b->bytes, b->bytes + b->from, b->to - b->from);
		b->to -= b->from;
		b->from = 0;
	}
	while (size - b->to < n)
		size *= 2;
	if (size == b->size)
		return 1;
	bytes = realloc(b->bytes, size);
	if (!bytes)
		return 0;
	b->bytes = bytes;
	b->size = size;
	return 1;
}

static void put(struct conn *c, const void *bytes, size_t n)
{
	if (!buffer_room(&c->out, n)) {
		c->failed = 1;
		return;
	}
	memcpy(c->out.bytes + c->out.to, bytes, n);
	c->out.to += n;
}

static void say(struct conn *c, const char *line)
{
	if (c->noreply)
		return;
	put(c, line, strlen(line));
	put(c, "\r\n", 2);
}

static int is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* As strtol() reads it, up to the end or a blank: a sign, and how far from 0. */
static int to_magnitude(const char *text, int *negative, uint64_t *value)
{
	uint64_t n = 0;

	while (is_blank(*text))
		text++;
	*negative = *text == '-';
	if (*text == '-' || *text == '+')
		text++;
	if (*text < '0' || *text > '9')
		return 0;
	for (; *text >= '0' && *text <= '9'; text++) {
		unsigned int digit = *text - '0';

		if (n > (UINT64_MAX - digit) / 10)
			return 0;
		n = n * 10 + digit;
	}
	*value = n;
	return !*text || is_blank(*text);
}

/* What is less than 0 only fits where it has gone round, as strtoull() has it. */
static int to_number(const char *text, uint64_t *value)
{
	int negative;

	if (!to_magnitude(text, &negative, value) || (negative && (int64_t)-*value < 0))
		return 0;
	if (negative)
		*value = -*value;
	return 1;
}

/* Of what strtol() takes memcached keeps the lower half, and so do we. */
static int to_signed(const char *text, int32_t *value)
{
	int negative;
	uint64_t n;

	if (!to_magnitude(text, &negative, &n) || n > (uint64_t)INT64_MAX + negative)
		return 0;
	*value = negative ? -n : n;
	return 1;
}

/* The lower half here too. */
static int to_flags(const char *text, uint32_t *flags)
{
	uint64_t n;

	if (!to_number(text, &n))
		return 0;
	*flags = n;
	return 1;
}

static int is(const struct token *t, const char *word)
{
	return strcmp(t->text, word) == 0;
}

/* The line in words, each ended with a NUL. How many; those beyond TOKENS are left in rest. */
static int split(char *line, struct token *tokens, char **rest)
{
	int n = 0;

	while (n < TOKENS) {
		while (*line == ' ')
			line++;
		if (!*line)
			break;
		tokens[n].text = line;
		while (*line && *line != ' ')
			line++;
		tokens[n].size = line - tokens[n].text;
		n++;
		if (*line)
			*line++ = '\0';
	}
	*rest = line;
	return n;
}

/* exptime: the time that it gets; NULL: it keeps its own. */
static void get_one(struct conn *c, const struct token *key, int with_cas, const int32_t *exptime)
{
	struct item *it = item_get(key->text, key->size, 1);
	char head[KEY_MAX + 80];
	int n;

	counters.get++;
	counters.touch += exptime != NULL;
	if (!it) {
		counters.get_misses++;
		counters.touch_misses += exptime != NULL;
		return;
	}
	counters.get_hits++;
	if (exptime) {
		counters.touch_hits++;
		it->exptime = realtime(*exptime);
	}
	item_update(it);
	if (with_cas)
		n = snprintf(head, sizeof(head), "VALUE %s %u %u %lu\r\n", key->text, it->flags, it->size - 2, (unsigned long)it->cas);
	else
		n = snprintf(head, sizeof(head), "VALUE %s %u %u\r\n", key->text, it->flags, it->size - 2);
	put(c, head, n);
	put(c, value_of(it), it->size);
}

/* get and gets; gat and gats, whose first word is a time. */
static void get(struct conn *c, struct token *tokens, int n, char *rest)
{
	int with_cas = tokens[0].size == 4 && tokens[0].text[3] == 's', touches = tokens[0].text[1] == 'a', i = 1 + touches;
	size_t begun = c->out.to - c->out.from;
	int32_t exptime = 0;

	if (touches && !to_signed(tokens[1].text, &exptime)) {
		say(c, "CLIENT_ERROR invalid exptime argument");
		return;
	}
	do {
		for (; i < n; i++) {
			if (tokens[i].size > KEY_MAX) {
				/* What was found before is not told either. */
				c->out.to = c->out.from + begun;
				say(c, "CLIENT_ERROR bad command line format");
				return;
			}
			get_one(c, &tokens[i], with_cas, touches ? &exptime : NULL);
		}
		n = split(rest, tokens, &rest);
		i = 0;
	} while (n > 0);
	say(c, "END");
}

/* The line of a command that stores: then its bytes are read. */
static void update(struct conn *c, const struct token *tokens, int n, enum store_mode mode)
{
	int32_t exptime, size;
	enum alloc_failure why;
	struct item *old;
	uint32_t flags;

	c->noreply = n > (mode == CAS ? 6 : 5) && is(&tokens[n - 1], "noreply");
	if (tokens[1].size > KEY_MAX || !to_flags(tokens[2].text, &flags) || !to_signed(tokens[3].text, &exptime) || !to_signed(tokens[4].text, &size) ||
	    size < 0 || size > INT32_MAX - 2 || (mode == CAS && !to_number(tokens[5].text, &c->wanted_cas))) {
		say(c, "CLIENT_ERROR bad command line format");
		return;
	}
	c->mode = mode;
	c->item = item_alloc(tokens[1].text, tokens[1].size, flags, realtime(exptime), (size_t)size + 2, &why);
	if (c->item) {
		c->filled = 0;
		c->state = DATA;
		return;
	}
	say(c, why == TOO_LARGE ? "SERVER_ERROR object too large for cache" : "SERVER_ERROR out of memory storing object");
	/* What was there before is not what the client wants to find. */
	old = mode == SET ? item_get(tokens[1].text, tokens[1].size, 0) : NULL;
	if (old)
		item_unlink(old);
	c->swallow = size + 2;
	c->state = SWALLOW;
}

/* The old value with the new one before or behind it. NULL: no memory. */
static struct item *join(struct item *old, struct item *it, enum store_mode mode)
{
	struct item *first = mode == APPEND ? old : it, *second = mode == APPEND ? it : old, *both;
	enum alloc_failure why;

	old->busy = 1;
	both = item_size(old->key_size, old->size + it->size - 2) > ITEM_MAX ? NULL :
	       item_alloc(it->data, it->key_size, old->flags, old->exptime, old->size + it->size - 2, &why);
	old->busy = 0;
	if (both) {
		memcpy(value_of(both), value_of(first), first->size - 2);
		memcpy(value_of(both) + first->size - 2, value_of(second), second->size);
	}
	return both;
}

/* All bytes of an item are there. */
static void store(struct conn *c)
{
	struct item *it = c->item, *old = item_get(it->data, it->key_size, 0), *both;

	c->item = NULL;
	c->state = COMMAND;
	counters.set++;
	if (memcmp(value_of(it) + it->size - 2, "\r\n", 2) != 0) {
		item_free(it);
		say(c, "CLIENT_ERROR bad data chunk");
		return;
	}
	if (c->mode == CAS && (!old || old->cas != c->wanted_cas)) {
		item_free(it);
		if (old)
			counters.cas_badval++;
		else
			counters.cas_misses++;
		say(c, old ? "EXISTS" : "NOT_FOUND");
		return;
	}
	if ((c->mode == ADD && old) || ((c->mode == REPLACE || c->mode == APPEND || c->mode == PREPEND) && !old)) {
		item_free(it);
		if (c->mode == ADD)
			item_update(old);
		say(c, "NOT_STORED");
		return;
	}
	if (c->mode == APPEND || c->mode == PREPEND) {
		both = join(old, it, c->mode);
		item_free(it);
		if (!both) {
			say(c, "SERVER_ERROR out of memory storing object");
			return;
		}
		it = both;
	}
	counters.cas_hits += c->mode == CAS;
	if (old)
		item_unlink(old);
	item_link(it);
	say(c, "STORED");
}

static void delta(struct conn *c, const struct token *tokens, int n, int incr)
{
	char made[24];
	uint64_t by, value;
	struct item *it, *bigger;
	enum alloc_failure why;
	size_t size;

	c->noreply = n > 3 && is(&tokens[3], "noreply");
	if (tokens[1].size > KEY_MAX) {
		say(c, "CLIENT_ERROR bad command line format");
		return;
	}
	if (!to_number(tokens[2].text, &by)) {
		say(c, "CLIENT_ERROR invalid numeric delta argument");
		return;
	}
	it = item_get(tokens[1].text, tokens[1].size, 0);
	if (!it) {
		*(incr ? &counters.incr_misses : &counters.decr_misses) += 1;
		say(c, "NOT_FOUND");
		return;
	}
	/* Blanks at the end are left over from a number that was longer; the line end ends it in any case. */
	for (size = 0; size < it->size - 2 && is_blank(value_of(it)[size]); size++)
		;
	if (size == it->size - 2 || !to_number(value_of(it) + size, &value)) {
		say(c, "CLIENT_ERROR cannot increment or decrement non-numeric value");
		return;
	}
	*(incr ? &counters.incr_hits : &counters.decr_hits) += 1;
	value = incr ? value + by : by > value ? 0 : value - by;
	size = snprintf(made, sizeof(made), "%lu", (unsigned long)value);
	if (size + 2 > it->size) {
		it->busy = 1;
		bigger = item_alloc(it->data, it->key_size, it->flags, it->exptime, size + 2, &why);
		it->busy = 0;
		if (!bigger) {
			say(c, "SERVER_ERROR out of memory in incr");
			return;
		}
		item_unlink(it);
		it = bigger;
		memcpy(value_of(it) + size, "\r\n", 2);
		memcpy(value_of(it), made, size);
		item_link(it);
	} else {
		memset(value_of(it) + size, ' ', it->size - 2 - size);
		memcpy(value_of(it), made, size);
		it->cas = ++last_cas;
		item_update(it);
	}
	say(c, made);
}

static void touch(struct conn *c, const struct token *tokens, int n)
{
	struct item *it;
	int32_t exptime;

	c->noreply = n > 3 && is(&tokens[3], "noreply");
	if (tokens[1].size > KEY_MAX) {
		say(c, "CLIENT_ERROR bad command line format");
		return;
	}
	if (!to_signed(tokens[2].text, &exptime)) {
		say(c, "CLIENT_ERROR invalid exptime argument");
		return;
	}
	counters.touch++;
	it = item_get(tokens[1].text, tokens[1].size, 0);
	if (it) {
		counters.touch_hits++;
		it->exptime = realtime(exptime);
		item_update(it);
	} else {
		counters.touch_misses++;
	}
	say(c, it ? "TOUCHED" : "NOT_FOUND");
}

static void delete(struct conn *c, const struct token *tokens, int n)
{
	struct item *it;

	c->noreply = n > 2 && is(&tokens[n - 1], "noreply");
	/* Long ago a time could stand here; 0 still may. */
	if (n > 2 && !(n == 3 && (is(&tokens[2], "0") || c->noreply)) && !(n == 4 && is(&tokens[2], "0") && c->noreply)) {
		say(c, "CLIENT_ERROR bad command line format.  Usage: delete <key> [noreply]");
		return;
	}
	if (tokens[1].size > KEY_MAX) {
		say(c, "CLIENT_ERROR bad command line format");
		return;
	}
	it = item_get(tokens[1].text, tokens[1].size, 0);
	if (it) {
		counters.delete_hits++;
		item_unlink(it);
	} else {
		counters.delete_misses++;
	}
	say(c, it ? "DELETED" : "NOT_FOUND");
}

static void flush_all(struct conn *c, const struct token *tokens, int n)
{
	int32_t delay = 0;

	c->noreply = n > 1 && is(&tokens[n - 1], "noreply");
	counters.flush++;
	if (n > 1 + c->noreply && !to_signed(tokens[1].text, &delay)) {
		say(c, "CLIENT_ERROR invalid exptime argument");
		return;
	}
	/* With a delay all of the second before that time go. */
	flushed_before = delay > 0 ? realtime(delay) - 1 : now;
	flushed_cas = delay > 0 ? UINT64_MAX : last_cas;
	say(c, "OK");
}

static void stat_line(struct conn *c, const char *name, uint64_t value)
{
	char line[80];

	put(c, line, snprintf(line, sizeof(line), "STAT %s %lu\r\n", name, (unsigned long)value));
}

static int nr_workers = 4;

static void stats(struct conn *c, const struct token *tokens, int n)
{
	const struct {
		const char *name;
		uint64_t value;
	} rows[] = {
		{ "pid", getpid() }, { "uptime", now - started }, { "time", real_at_start + now - started }, { "curr_connections", counters.connections },
		{ "total_connections", counters.total_connections }, { "cmd_get", counters.get }, { "cmd_set", counters.set },
		{ "cmd_flush", counters.flush }, { "cmd_touch", counters.touch }, { "get_hits", counters.get_hits }, { "get_misses", counters.get_misses },
		{ "get_expired", counters.get_expired }, { "get_flushed", counters.get_flushed }, { "delete_misses", counters.delete_misses },
		{ "delete_hits", counters.delete_hits }, { "incr_misses", counters.incr_misses }, { "incr_hits", counters.incr_hits },
		{ "decr_misses", counters.decr_misses }, { "decr_hits", counters.decr_hits }, { "cas_misses", counters.cas_misses },
		{ "cas_hits", counters.cas_hits }, { "cas_badval", counters.cas_badval }, { "touch_hits", counters.touch_hits },
		{ "touch_misses", counters.touch_misses }, { "bytes_read", counters.read }, { "bytes_written", counters.written },
		{ "limit_maxbytes", memory_limit }, { "threads", nr_workers }, { "hash_power_level", hash_power },
		{ "bytes", counters.bytes }, { "curr_items", counters.items }, { "total_items", counters.total_items },
		{ "evictions", counters.evictions },
	};
	unsigned int i;

	if (n > 1 && is(&tokens[1], "reset")) {
		struct counters kept = { .items = counters.items, .bytes = counters.bytes, .connections = counters.connections };

		counters = kept;
		say(c, "RESET");
		return;
	}
	if (n > 1 && !is(&tokens[1], "slabs")) {
		say(c, "ERROR");
		return;
	}
	for (i = 0; n == 1 && i < sizeof(rows) / sizeof(rows[0]); i++)
		stat_line(c, rows[i].name, rows[i].value);
	for (i = 0; n > 1 && i < (unsigned int)nr_classes; i++) {
		char name[40];

		if (!classes[i].pages)
			continue;
		snprintf(name, sizeof(name), "%u:chunk_size", i + 1);
		stat_line(c, name, classes[i].size);
		snprintf(name, sizeof(name), "%u:total_pages", i + 1);
		stat_line(c, name, classes[i].pages);
		snprintf(name, sizeof(name), "%u:used_chunks", i + 1);
		stat_line(c, name, classes[i].used);
	}
	say(c, "END");
}

static void verbosity(struct conn *c, const struct token *tokens, int n)
{
	uint64_t level;

	c->noreply = is(&tokens[n - 1], "noreply");
	/* There is nothing to be more talkative about. */
	if (n - c->noreply > 1 && !to_number(tokens[1].text, &level))
		say(c, "CLIENT_ERROR bad command line format");
	else
		say(c, "OK");
}

/* One line, without its end. cache_lock is held. */
static void command(struct conn *c, char *line)
{
	static const char *const updates[] = { "set", "add", "replace", "append", "prepend", "cas" };
	struct token tokens[TOKENS];
	char *rest;
	int n = split(line, tokens, &rest), mode;

	c->noreply = 0;
	if (n == 0) {
		say(c, "ERROR");
		return;
	}
	for (mode = SET; mode <= CAS; mode++) {
		int words = mode == CAS ? 6 : 5;

		if (is(&tokens[0], updates[mode]) && (n == words || n == words + 1)) {
			update(c, tokens, n, mode);
			return;
		}
	}
	if ((is(&tokens[0], "get") || is(&tokens[0], "gets") || is(&tokens[0], "gat") || is(&tokens[0], "gats")) && n > 1)
		get(c, tokens, n, rest);
	else if ((is(&tokens[0], "incr") || is(&tokens[0], "decr")) && (n == 3 || n == 4))
		delta(c, tokens, n, is(&tokens[0], "incr"));
	else if (is(&tokens[0], "touch") && (n == 3 || n == 4))
		touch(c, tokens, n);
	else if (is(&tokens[0], "delete") && n >= 2 && n <= 4)
		delete(c, tokens, n);
	else if (is(&tokens[0], "flush_all") && n <= 3)
		flush_all(c, tokens, n);
	else if (is(&tokens[0], "stats"))
		stats(c, tokens, n);
	else if (is(&tokens[0], "version"))
		say(c, "VERSION " VERSION);
	else if (is(&tokens[0], "verbosity") && n >= 2 && n <= 3)
		verbosity(c, tokens, n);
	else if (is(&tokens[0], "quit"))
		c->state = CLOSING;
	else
		say(c, "ERROR");
}

/* As much as can be done with the bytes that are there, up to *most* commands. False: more bytes are wanted. */
static int advance(struct conn *c, int most)
{
	int done = 0;

	while (c->state != CLOSING && !c->failed) {
		char *bytes = c->in.bytes + c->in.from, *end;
		size_t have = c->in.to - c->in.from, n;

		if (c->state == SWALLOW) {
			n = have < c->swallow ? have : c->swallow;
			c->in.from += n;
			c->swallow -= n;
			if (c->swallow)
				return 0;
			c->state = COMMAND;
		} else if (c->state == DATA) {
			n = c->item->size - c->filled < have ? c->item->size - c->filled : have;
			memcpy(value_of(c->item) + c->filled, bytes, n);
			c->filled += n;
			c->in.from += n;
			if (c->filled < c->item->size)
				return 0;
			pthread_mutex_lock(&cache_lock);
			store(c);
			pthread_mutex_unlock(&cache_lock);
		} else {
			end = have ? memchr(bytes, '\n', have) : NULL;
			if (!end) {
				/* No command is so long, but a get of many keys. */
				if (have > LINE_MAX_BYTES && strncmp(bytes, "get ", 4) != 0 && strncmp(bytes, "gets ", 5) != 0)
					c->state = CLOSING;
				return 0;
			}
			if (done++ >= most)
				return 1;
			c->in.from = end + 1 - c->in.bytes;
			if (end > bytes && end[-1] == '\r')
				end--;
			*end = '\0';
			pthread_mutex_lock(&cache_lock);
			command(c, bytes);
			pthread_mutex_unlock(&cache_lock);
		}
	}
	return 1;
}
