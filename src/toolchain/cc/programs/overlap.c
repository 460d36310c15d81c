/* What a call returns is whole before it is stored: its source may overlap the place it goes to. */
int printf(const char *, ...);

struct s { char a[40]; };
struct m { long a, b; };
static union { struct { struct s s; } x; struct { long pad; struct s s; } y; } u;
static union { struct { struct m m; } x; struct { int pad; struct m m; } __attribute__((packed)) y; } v;
static struct s *which = &u.x.s;

static __attribute__((noinline)) struct s get(void) { return u.x.s; }
static inline __attribute__((always_inline)) struct s get_inline(void) { return u.x.s; }
static inline struct s get_through(struct s *p) { return *p; }
static inline struct s get_nested(void) { return get_inline(); }
static struct s get_long(int n) { if (n > 3) { struct s t = *which; t.a[0]++; return t; } return *which; }
static inline struct s swap(struct s *p) { return (struct s) { { p->a[1], p->a[0], p->a[3], p->a[2] } }; }
static inline struct m turned(struct m *p) { return (struct m) { p->b, p->a }; }
static __attribute__((noinline)) struct m turned_call(struct m *p) { return (struct m) { p->b, p->a }; }
static inline struct m small(void) { return v.x.m; }

static void fill(void) { for (int i = 0; i < 40; i++) u.x.s.a[i] = i + 1; v.x.m.a = 0x1122334455667788; v.x.m.b = 0x99aabbccddeeff; }
static void show(const char *what)
{
	int sum = 0;
	for (int i = 0; i < 48; i++) sum = sum * 31 + ((char *)&u)[i];
	for (int i = 0; i < 20; i++) sum = sum * 31 + ((char *)&v)[i];
	printf("%s %d\n", what, sum);
}
#define TRY(statement) do { fill(); statement; show(#statement); } while (0)

int main(void)
{
	struct s local, *p = &u.y.s;
	TRY(u.y.s = get());
	TRY(u.y.s = get_inline());
	TRY(u.y.s = get_nested());
	TRY(*p = get_through(&u.x.s));
	TRY(*p = get_long(4));
	TRY(u.x.s = get_through(&u.y.s));
	TRY(u.y.s = (0, get()));
	TRY(u.y.s = p ? get() : get_inline());
	TRY(u.y.s = ({ int k = 4; get_long(k); }));
	TRY(u.x.s = swap(&u.x.s));
	TRY(p[0] = swap(p));
	TRY(v.y.m = small());
	TRY(v.x.m = turned(&v.x.m));
	TRY(v.x.m = turned_call(&v.x.m));
	TRY(v.y.m = turned(&v.x.m));
	TRY((local = get(), u.y.s = local));
	local = swap(&local);
	printf("%d %d\n", local.a[0], local.a[1]);
	return 0;
}
