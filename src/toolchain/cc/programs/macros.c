/* The preprocessor: operators, rescanning, variadic macros, conditions. C11, 6.10, with the examples of 6.10.3.5. */
int printf(const char *, ...);
#define x 3
#define f(a) f(x * (a))
#undef x
#define x 2
#define g f
#define z z[0]
#define h g(~
#define m(a) a(w)
#define w 0,1
#define t(a) a
#define p() int
#define q(x) x
#define r(x,y) x ## y
#define str(x) # x
#define xstr(s) str(s)
#define SHOW(...) printf("%s\n", xstr((__VA_ARGS__)))
#define EMPTY
#define LPAREN (
#define RPAREN )
#define F(x, y) x + y
#define ELLIP_FUNC(...) __VA_ARGS__
#define hash_hash # ## #
#define mkstr(a) # a
#define in_between(a) mkstr(a)
#define join(c, d) in_between(c hash_hash d)
#define debug(fmt, ...) printf(fmt "\n", ##__VA_ARGS__)
#define opt(a, ...) f2(a __VA_OPT__(,) __VA_ARGS__)
#define f2(...) #__VA_ARGS__
#define named(args...) printf(args)
#define CAT(a, b) a##b
#define XCAT(a, b) CAT(a, b)
#define ONE(a) <a>
#define DEFER(id) id EMPTY
#define A() 123
#define NEST(a) a NEST(a)
#define SELF SELF + 1
#define LEFT RIGHT
#define RIGHT LEFT
#define COUNT_(a, b, c, d, n, ...) n
#define COUNT(...) COUNT_(__VA_ARGS__, 4, 3, 2, 1, 0)
#define XX(list) list(a) list(b)
#define ENUM(n) E_##n,
#define STRING(n) #n,
enum { XX(ENUM) E_LAST };
static const char *strings[] = { XX(STRING) };

#define T3(x,y,z) x ## y ## z
#if 0
this is 'not a problem
#elif defined(x) && x == 2 && (1 ? 2 : (1/0)) && !defined nothing && -1 < 0u - 0 + 1 * 0 || 1
#define TAKEN 1
#else
#error wrong
#endif
#if (2 + 3) * 4 == 20 && 7 % 4 == 3 && (1 << 4 | 3) == 19 && ~0 == -1 && 'A' == 65 && '\n' == 10 && 0x10 == 020 + 0 && -5 / 2 == -2 && (5 > 3 ? 1 : 0) && \
	1 == 1L && 0xffffffffffffffffu > 5
#define ARITH 1
#endif
#if -1 > 0u
#define UNSIGNED 1
#endif
#ifdef EMPTY
# ifndef nothing
#  define NESTED 1
# endif
#endif
#if defined EMPTY + 0
#endif
#if __has_include("nothing.h")
#error found
#endif
#if undefined_name || undefined_call
#error names are zero
#endif

int main(void)
{
	SHOW(f(y+1) + f(f(z)) % t(t(g)(0) + t)(1););
	SHOW(int j[] = { T3(1,2,3), T3(,4,5), T3(6,,7), T3(8,9,), T3(10,,), T3(,11,), T3(,,12), T3(,,) };);
	SHOW(g(x+(3,4)-w));
	SHOW(m(f)^m(m););
	SHOW(p() i[q()] = { q(1), r(2,3), r(4,), r(,5), r(,) };);
	SHOW(ELLIP_FUNC(F, LPAREN, 'a', 'b', RPAREN););
	printf("%s %s\n", str(strncmp("abc\0d", "abc", '\4') == 0) str(: @\n), xstr(INCLUDE ## 1.h));
	printf("%s\n", join(x, y));
	debug("plain"); debug("%d %d", 1, 2); named("%d\n", 5); named("none\n");
	printf("%s %s %s\n", opt(1), opt(1, 2, 3), opt(1, EMPTY));
	printf("%s %s %s\n", xstr(XCAT(CAT(1, 2), 3)), xstr(CAT(,)), xstr(ONE(ONE(ONE(x)))));
	printf("%s %s %s\n", xstr(DEFER(A)()), xstr(ELLIP_FUNC(DEFER(A)())), xstr(NEST(NEST(1))));
	printf("%s %s %s\n", xstr(SELF), xstr(LEFT), xstr(A ()));
	printf("%d %d %d\n", COUNT(a), COUNT(a, (b, c)), COUNT(a, b, c, d));
	printf("%d %s %s\n", E_LAST, strings[0], strings[1]);
	printf("%d %d %d %d\n", TAKEN, ARITH, UNSIGNED, NESTED);
	printf("%s %d\n", __FILE__[0] ? "file" : "", __LINE__);
	printf("%d %d %d\n", __COUNTER__, __COUNTER__, XCAT(1, __COUNTER__));
	printf("%s\n", str(  spaces   "and \"quotes\""   '"' '\\' \
	  lines  ));
	printf("%s|%s|%s\n", str(), xstr(EMPTY), xstr(EMPTY x EMPTY));
	printf("%s\n", xstr(t /* a comment */ (x) // another
	));
	_Pragma("GCC diagnostic push") printf("%d\n", __STDC__ + (__STDC_VERSION__ >= 201112L)); _Pragma("GCC diagnostic pop")
	printf("%s\n", xstr(a##b));
	return 0;
}
