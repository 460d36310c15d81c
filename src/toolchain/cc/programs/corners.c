/* Corner cases by the dozen: each line is a small program of its own; what it gives is compared with another compiler's. */
int printf(const char *, ...);
typedef unsigned char u8; typedef signed char s8; typedef unsigned short u16; typedef short s16; typedef unsigned u32; typedef unsigned long u64;
	typedef long s64;
#define L(e) printf("%d: %ld\n", __LINE__, (long)(e))
#define noinline __attribute__((noinline))
struct e { }; struct z { int a; struct e e; int b; int none[0]; }; struct flex { int n; char data[]; };
struct s1 { char a; }; struct s2 { s16 a; }; struct s3 { char a[3]; }; struct s5 { char a[5]; }; struct s6 { s16 a[3]; }; struct s7 { char a[7]; };
	struct s8 { s64 a; };
struct s9 { char a[9]; }; struct s12 { int a[3]; }; struct s15 { char a[15]; }; struct s16 { s64 a, b; }; struct s17 { char a[17]; }; struct s24 { s64 a[3]; };
	struct s33 { char a[33]; };
static noinline struct s1 r1(struct s1 v) { v.a++; return v; }
static noinline struct s2 r2(struct s2 v) { v.a++; return v; }
static noinline struct s3 r3(struct s3 v) { v.a[2]++; return v; }
static noinline struct s5 r5(struct s5 v) { v.a[4]++; return v; }
static noinline struct s6 r6(struct s6 v) { v.a[2]++; return v; }
static noinline struct s7 r7(struct s7 v) { v.a[6]++; return v; }
static noinline struct s9 r9(struct s9 v) { v.a[8]++; return v; }
static noinline struct s12 r12(struct s12 v) { v.a[2]++; return v; }
static noinline struct s15 r15(struct s15 v) { v.a[14]++; return v; }
static noinline struct s16 r16(int x, struct s16 v, struct s16 w, struct s16 y) { v.b += w.a + y.b + x; return v; }
static noinline struct s17 r17(struct s17 v) { v.a[16]++; return v; }
static noinline struct s24 r24(struct s24 v, struct s33 w) { v.a[2] += w.a[32]; return v; }
static noinline struct s33 r33(int a, int b, int c, int d, int e, struct s16 f, struct s33 v, int g) { v.a[32] += a + b + c + d + e + f.b + g; return v; }
static noinline s64 many(s8 a, u8 b, s16 c, u16 d, int e, u32 f, s8 g, u8 h, s16 i, u16 j, int k, u32 l, s64 m, _Bool n) {
	return a + b * 2 + c * 3 + d * 4 + e * 5 + f * 6l + g * 7 + h * 8 + i * 9 + j * 10 + k * 11 + l * 12l + m * 13 + n * 14; }
static noinline s8 rs8(int x) { return x; } static noinline u8 ru8(int x) { return x; } static noinline s16 rs16(int x) { return x;
	} static noinline u16 ru16(int x) { return x; } static noinline _Bool rb(int x) { return x; }
static noinline int three(int n, ...) { __builtin_va_list a, b; __builtin_va_start(a, n); __builtin_va_copy(b, a); int s = 0;
	for (int i = 0; i < n; i++) { struct s16 v = __builtin_va_arg(a, struct s16); struct s3 w = __builtin_va_arg(a, struct s3);
	struct s33 x = __builtin_va_arg(a, struct s33); s = s * 7 + v.a + v.b * 2 + w.a[2] + x.a[32] + __builtin_va_arg(a, int); } s += __builtin_va_arg(b,
	struct s16).b; __builtin_va_end(a); __builtin_va_end(b); return s; }
static volatile int vi = -7; static volatile u32 vu = 7; static volatile s64 vl = -7; static volatile u8 vc = 200; static volatile s8 vs = -100;
	static volatile u16 vh = 65535;
static int side; static int eff(int x) { side = side * 3 + x; return x; }
static int sw(s64 x) { switch (x) { case -0x7fffffffffffffff - 1: return 1; case -1: return 2; case 0 ... 9: return 3; case 0x7fffffff: return 4;
	case 0x80000000: return 5; case 0x100000000 ... 0x100000005: return 6; case 0x7fffffffffffffff: return 7; default: return 8; } }
static int su(u32 x) { switch (x) { case 0: return 1; case 0xffffffff: return 2; case 0x80000000 ... 0x8000000f: return 3; case 5: case 6: x++;
	case 7: return x; } return 9; }
static int sc(s8 c) { switch (c) { case -128: return 1; case 127: return 2; case 'a' ... 'z': return 3; case 200: return 4; } return 5; }
static int fall(int n) { int r = 0; switch (n) { for (; n < 5; n++) { case 1: r += 1; case 2: r += 10; default: r += 100; } case 9: r += 1000; } return r; }
static int into(int n) { int r = 0; if (n) goto in; while (r < 10) { r += 3; in: r++; if (r == 5) continue; if (r > 7) break; } return r; }
static int duff(int n) { int c = 0, k = (n + 3) / 4; switch (n & 3) { case 0: do { c++; case 3: c++; case 2: c++; case 1: c++; } while (--k > 0); } return c; }
static u64 fact(u64 n) { return n < 2 ? 1 : n * fact(n - 1); }
static int ack(int m, int n) { return m ? n ? ack(m - 1, ack(m, n - 1)) : ack(m - 1, 1) : n + 1; }
static inline int is_odd(int); static inline int is_even(int n) { return n ? is_odd(n - 1) : 1; } static inline int is_odd(int n) {
	return n ? is_even(n - 1) : 0; }
static int (*pick(int w))(int) { return w ? is_odd : is_even; }
static int sum2(int m[][3], int n) { int s = 0; for (int i = 0; i < n; i++) for (int j = 0; j < 3; j++) s += m[i][j] * (i + j + 1); return s; }
struct bf { s8 a : 3; u8 b : 5; s16 c : 11; u16 d : 13; int e : 31; u32 f : 1; s64 g : 33; u64 h : 63; u32 : 0; int i : 2; } bf;
struct __attribute__((packed)) pk { u8 a; u32 b; u64 c; u16 d; } pk[3];
static u8 raw[16] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16 };
int main(void)
{
	L(vi / 2); L(vi % 2); L(vi / -2); L(vi % -4); L(vi >> 1); L((u32)vi >> 1); L(vi / vu); L(vi % vu); L(vi < vu); L(vl < vu); L(vi * vu); L(-vu); L(~vc); L(!vc);
		L(-vs); L(vc + vs); L(vc << 24); L(vs << 4); L(vc >> 1); L(vs >> 1);
	L(vl / 7); L(vl / -1); L(vl % 5); L((u64)vl / 3); L((u64)vl % 10); L(vl >> 63); L((u64)vl >> 63); L(vl * vl * vl); L(vh * vh); L((u32)vh * vh >> 31);
		L(vh + 1); L((u16)(vh + 1)); L((s8)vc); L((u8)vs); L((s16)vh); L((s64)(u32)vi); L((u64)(u32)vl); L((int)(vl * 1000000007l));
	L(vi / 10); L(vi / 100 * 100 + vi % 100); L(vu / 10); L((u32)vi / 10); L((u32)vi % 1000); L(vl / 1000); L((vi + 7) ? 1 : 2); L(vi == -7 && vu == 7 || eff(1));
		L(side); L((vi > 0 ? vu : vi) > 0); L((vi > 0 ? vs : vc)); L(sizeof(vi > 0 ? vs : vc)); L((1 ? -1 : 0u) > 0);
	{ s8 c = 127; c++; L(c); c += 200; L(c); c -= 1000; L(c); c *= 77; L(c); c /= 3; L(c); c %= 7; L(c); c <<= 6; L(c); c >>= 3; L(c); c |= 0x1ff; L(c); c ^= 0x55;
		L(c); c &= ~1; L(c); c = -c; L(c); L(c++ + ++c); L(c-- - --c); }
	{ u8 c = 0; c--; L(c); c += 2; L(c); c -= 3; L(c); c *= 255; L(c); c /= -3; L(c); c >>= 1; L(c); c = ~c; L(c); L(c == ~0); L((u8)~c == 0); }
	{ u16 c = 65535; c *= c; L(c); c -= 2; L(c); c /= 7u; L(c); c += 1l << 40; L(c); c = c << 9; L(c); c = c >> 3 << 3; L(c); L((c = 70000));
		L((c += 70000) == 70000 + 4464); }
	{ _Bool b = 256; L(b); b = 0x100000000; L(b); b += 5; L(b); b--; L(b); b--; L(b); b ^= 1; L(b); b = &b; L(b); b *= 0; L(b); L(b++); L(b); L(-b); L(~b); b |= 6;
		L(b); b <<= 3; L(b); b >>= 1; L(b); }
	{ int x = 5; x = x++ * 2 > 9 ? x : -x; L(x); x = (x = 3, x + 1) * (x > 2); L(x); L((eff(2), eff(3))); L(side); L(eff(0) && eff(4) || eff(5) && !eff(6));
		L(side); L(eff(1) ? eff(2) : eff(3)); L(side); L(!!eff(7) + !eff(0)); L(side); L(eff(0) ?: eff(9)); L(eff(8) ?: eff(9)); L(side); }
	L(sw(-0x7fffffffffffffff - 1)); L(sw(-1)); L(sw(5)); L(sw(0x7fffffff)); L(sw(0x80000000)); L(sw(-0x80000000l)); L(sw(0x100000003)); L(sw(0x7fffffffffffffff));
		L(sw(10)); L(su(-1)); L(su(0)); L(su(0x80000005)); L(su(5)); L(su(6)); L(su(7)); L(su(8)); L(sc(-128)); L(sc('q')); L(sc(200)); L(sc(127));
	L(fall(1)); L(fall(2)); L(fall(3)); L(fall(9)); L(fall(7)); L(into(0)); L(into(1)); for (int i = 1; i < 10; i++) L(duff(i)); L(fact(20)); L(ack(2, 3));
		L(is_odd(7)); L(is_even(8)); L(pick(1)(5)); L((*pick(0))(5)); L((**is_odd)(3));
	{ int m[3][3] = { { 1, 2, 3 }, { 4, 5, 6 }, { 7, 8, 9 } }; L(sum2(m, 3)); L(sum2(m + 1, 2)); L(m[2][-1]); L(*(*(m + 1) + 2)); L(2[1[m]]);
		L(&m[2][0] - &m[0][1]); L((char *)&m[1] - (char *)m); L(sizeof m[0] / sizeof **m); L(&m[1] - &m[0]); int (*p)[3] = m; p++; L((*p)[1]); L(p[-1][0]); L(*p[1]);
		L((*(p + 1))[2]); }
	{ struct s1 a = { 1 }; struct s2 b = { -2 }; struct s3 c = { { 1, 2, 3 } }; struct s5 d = { { 1, 2, 3, 4, -5 } }; struct s6 e = { { 1, 2, -3 } };
		struct s7 f = { { 1, 2, 3, 4, 5, 6, 7 } }; L(r1(a).a); L(r2(b).a); L(r3(c).a[2]); L(r5(d).a[4] + r5(d).a[0]); L(r6(e).a[2]); L(r7(f).a[6] + f.a[6]); }
	{ struct s9 a = { "12345678" }; struct s12 b = { { 1, 2, 3 } }; struct s15 c = { "abcdefghijklmn" }; struct s16 d = { 1, 2 }, e = { 3, 4 };
		struct s17 f = { "abcdefghijklmnop" }; struct s24 g = { { 1, 2, 3 } }; struct s33 h = { "0123456789abcdef0123456789abcdef" }; L(r9(a).a[8] + r9(a).a[7]);
		L(r12(b).a[2] * 10 + b.a[2]); L(r15(c).a[14]); L(r16(9, d, e, d).b); L(r17(f).a[16]); L(r24(g, h).a[2]); L(r33(1, 2, 3, 4, 5, d, h, 6).a[32]);
		L(three(2, d, (struct s3) { "ab" }, h, 5, e, (struct s3) { "cd" }, h, 6)); }
	L(many(-1, 255, -300, 65535, -70000, 4000000000u, -128, 128, -32768, 32768, 1 << 30, 1u << 31, -1l << 40, 7)); L(rs8(200)); L(ru8(-1)); L(rs16(40000));
		L(ru16(-1)); L(rb(0x100)); L(rb(0)); L(rs8(200) + ru8(200)); L((u8)rs8(-1) + ru16(65536));
	bf.a = -5; bf.b = 33; bf.c = 1025; bf.d = -1; bf.e = 0x40000000; bf.f = 3; bf.g = 0x1ffffffffl; bf.h = -1; bf.i = 2; L(bf.a); L(bf.b); L(bf.c); L(bf.d);
		L(bf.e); L(bf.f); L((s64)bf.g); L((u64)bf.h); L(bf.i); L(sizeof bf); bf.a++; bf.b--; bf.c *= 3; bf.d >>= 2; bf.e ^= -1; bf.f = ~bf.f; bf.h /= 3; L(bf.a);
		L(bf.b); L(bf.c); L(bf.d); L(bf.e); L(bf.f); L((u64)bf.h); L(bf.b++ + bf.b); L(bf.a < bf.b); L(bf.e = -3); L(bf.f ? 1 : 2); L(bf.b && bf.a); L(!bf.f);
	pk[1].b = 0x11223344; pk[1].c = -2; pk[1].d = 77; pk[1].b++; pk[1].c -= 5; L(pk[1].b); L(pk[1].c); L(pk[1].d); L(sizeof pk); L((char *)&pk[2].d - (char *)pk);
		L(*(u32 *)(raw + 3)); L(*(s64 *)&raw[5]); L(((struct pk *)raw)->c); *(u16 *)(raw + 7) = 0xabcd; L(raw[7] << 8 | raw[8]);
	L(sizeof(struct e)); L(sizeof(struct z)); L(sizeof(struct flex));
		{ struct e x, y; y = x; struct e *p = &x; *p = y; L(sizeof x); } { struct z x = { 1, {}, 2 }, y; y = x; L(y.a + y.b); }
	{ int i, n = 0; for (i = 0; i < 10; i++) { if (i == 3) continue; if (i == 8) break; n += i; } L(n); do { n -= 7; if (n < 0) break; } while (n); L(n);
		for (u8 c = 250; c >= 250; c++) n++; L(n); for (u32 k = 3; k-- > 0; ) n += k; L(n); while (n-- > 0) if (n & 1) continue; else n--; L(n);
		for (int a = 0, b = 10; a < b; a++, b--) n += b - a; L(n); }
	{ const char *s = "a\0b" "c"; L(sizeof "a\0b" "c"); L(s[2] + s[3]); L("hello"[4]); L(*"x"); L(&"abc"[1] != 0); char a[] = "ab", b[2] = "ab", c[5] = "ab";
		L(sizeof a + sizeof b * 10 + c[3]); char *p = a; *p++ += 1; L(a[0]); L(*p++); L(*p); L(p - a); --*--p; L(a[1]); }
	{ int x = ({ int y = 3; y * y; }), z = ({ struct s16 t = { 5, 6 }; t; }).b; L(x + z); L(({ goto out; 1; })); out: L(9);
		struct s16 q = ({ struct s16 w = { 1, 2 }; w.a = 7; w; }); L(q.a); L(({ int k = 0; for (; k < 4; k++) if (k == 2) break; k; }));
		L(({ switch (x) { case 9: x = 4; } x; })); }
	{ s64 r; int q; u32 u; L(__builtin_add_overflow(0x7fffffffffffffffl, 1l, &r)); L(r); L(__builtin_mul_overflow(65536, 65536, &q)); L(q);
		L(__builtin_sub_overflow(1u, 2u, &u)); L(u); L(__builtin_mul_overflow(65536u, 65535u, &u)); L(u); }
	L(__builtin_clz(1)); L(__builtin_ctzl(1l << 40)); L(__builtin_popcountl(-1l)); L(__builtin_ffs(0)); L(__builtin_ffsl(1l << 33));
		L(__builtin_bswap32(0x11223344)); L(__builtin_bswap64(1)); L(__builtin_bswap16(0x1234)); L(__builtin_parity(7)); L(__builtin_clzl(vi & 0xff));
		L(__builtin_ctz(vu)); L(__builtin_popcount(vh));
	L(0x7fffffff + 0u); L(2147483648); L(-2147483648); L(0x80000000); L(-1 < 0u); L(-1l < 0u); L(-1 < 0ul); L('\xff'); L('\377' == -1); L('ab'); L(1 << 31 >> 31);
		L(1u << 31 >> 31); L(5 / -2 * -2 + 5 % -2); L(-5 >> 1); L(-5 / 2); L(0xffffffffffffffff > 0); L((u8)300 + (s8)200); L(1 ? 2 ? 3 : 4 : 5);
		L(010 + 0x10 + 0b10); L(sizeof(int[3][4])); L(sizeof(char (*)[9])); L((int)3000000000u); L((s64)3000000000u * 2); L(~0u / 3); L(-7 % 3); L(7 & ~2 | 8 ^ 3);
		L(1 + 2 << 3); L(6 == 6 == 1); L(!5 == 0); L(-1 >> 31u);
	return 0;
}
