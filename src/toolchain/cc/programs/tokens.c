/* Translation phases: joined lines, universal character names, digraphs, bytes; pragmas; #line. C11, 5.1.1.2 and 6.10. */
int printf(const char *, ...);
int puts(const char *);
#define STR(x) #x
#define XSTR(x) STR(x)

int ab = 7; int joi\
ned = 1\
2; // a comment that goes on \
int nothing = ;
static const char *spli\
ced = "a\
b\
c"; /\
* so does this *\
/
static int caf\u00e9 = 3, na\U000000efve = 4, dollar$sign = 5, été = 6;
%: define ANGLE(x) <: x :>
static int digraphs<:2:> = <% 1, 2 %>;
#define PASTE(a, b) a %:%: b

#define P3(a, b, c) a ## ## b ## ## c
#define J(a) l a ## a ## r
#define NOTHING
#define F(x) x
#define G(a, b) [a b]
#define H(a)(a)

#pragma pack(push, 1)
struct p1 { char c; int i; };
#pragma pack(push, outer, 2)
struct p2 { char c; long l; short s; };
#pragma pack(4)
struct p4 { char c; long l; int b : 7, d : 20; };
#pragma pack(pop, outer)
struct p5 { char c; int i; struct p2 in; };
#pragma pack(pop)
struct p6 { char c; int i; };
_Pragma("pack(1)") struct p7 { short s; long l; int b : 30, d : 30; };
#define PACKED _Pragma("pack(push, 2)") struct p8 { char c; int i; }; _Pragma("pack(pop)")
PACKED
#pragma pack()
struct p9 { char c; int i; };
#pragma GCC diagnostic push
#pragma STDC FP_CONTRACT OFF

#define X 1
#pragma push_macro("X")
#undef X
#define X 2
#pragma push_macro("X")
#undef X
static int x0 =
#ifdef X
	1;
#else
	0;
#endif
#pragma pop_macro("X")
static int x2 = X;
#pragma pop_macro("X")
static int x1 = X;
#pragma push_macro("never")
#define never 3
#pragma pop_macro("never")
#ifdef never
#error it was not defined before
#endif

#define LINE_NUMBER 1000
#line LINE_NUMBER
static int l1 = __LINE__;
#line 50 "foo.c"
static int l2 = __LINE__; static const char *file = __FILE__;
# 70 "bar\\.c"
static int l3 = __LINE__; static const char *bar = __FILE__;

#if (1 ? -1 : 0u) > 0 && !(0 && 1 / 0) && (1 || 1 % 0) && '\377' < 0 && 'ab' == 24930
static int condition = 1;
#endif

int main(void)
{
	int x = a\
b; printf("%d %d %s\n", x, joined, spliced);
	printf("%d %d %d %d %d\n", café, naïve, dollar$sign, \u00e9t\u00e9, digraphs[0] + digraphs ANGLE(1) + PASTE(a, b));
	printf("%d %s %s %s\n", (int)sizeof "\u00e9", "\u00e9", "\U0001F600", XSTR(<: "\n" %:%: :>));
	puts(XSTR(J())); puts(XSTR(P3(,,3))); puts(XSTR(P3(1,,3)));
	puts(XSTR(a NOTHING b)); puts(XSTR(-NOTHING-)); puts(XSTR((NOTHING))); puts(XSTR(a F()b)); puts(XSTR(a F( )b F(NOTHING)c)); puts(XSTR(G(,)x G(1,)x));
	puts(XSTR(F(a NOTHING)b)); puts(XSTR(x H()y)); puts(XSTR(F(NOTHING NOTHING)z)); puts(XSTR(NOTHING a)); puts(STR(NOTHING  a));
	printf("%d %d %d %d %d %d %d %d %d\n", (int)sizeof(struct p1), (int)sizeof(struct p2), (int)sizeof(struct p4), (int)sizeof(struct p5), (int)sizeof(struct p6),
		(int)sizeof(struct p7), (int)sizeof(struct p8), (int)sizeof(struct p9), (int)_Alignof(struct p2));
	printf("%d %d %d %d %d %s %d %s %d\n", x0, x1, x2, l1, l2, file, l3, bar, condition);
	return 0;
}
