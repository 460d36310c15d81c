/*
 * A conversation with kv-store, over a socket of AF_UNIX: the store runs on a thread beside. Standard input has the exchanges, or the macro SCRIPT:
 *
 *	> LINE		the client sends it, with CR LF
 *	>- TEXT		the client sends it without, and goes on
 *	>* N C		N times the letter C, then CR LF
 *	>x HEX		these bytes, two digits each
 *	>~ N		the client waits N seconds
 *	< LINE		the answer; #NAME stands for a number, which later lines call $NAME
 *	<* N C		N times the letter C
 *	<x HEX		these bytes
 *	<!		the server closes the connection; the client makes another one
 *
 * After each exchange the client asks for the version, so that whatever was said too much is seen. Prints what was answered otherwise than expected.
 */
#define main kv_store_main
#include "apps/kv-store.c"
#undef main
#include <sched.h>

#define MOST	3000000

static char script[400000], expected[MOST], got[MOST];
static size_t nr_expected;
static int sock, exchanges, wrong, closes;
static struct { char name[16]; char value[24]; } names[64];
static int nr_names;

static void send_all(const char *bytes, size_t n)
{
	while (n) {
		ssize_t sent = write(sock, bytes, n);

		if (sent <= 0) {
			printf("exchange %d: the server has gone\n", exchanges);
			exit(1);
		}
		bytes += sent;
		n -= sent;
	}
}

static size_t word(const char *text)
{
	size_t n = 0;

	while ((text[n] >= 'a' && text[n] <= 'z') || (text[n] >= '0' && text[n] <= '9'))
		n++;
	return n;
}

static const char *named(const char *text)
{
	size_t n = word(text);
	int i;

	for (i = nr_names - 1; i >= 0; i--) {
		if (strlen(names[i].name) == n && memcmp(names[i].name, text, n) == 0)
			return names[i].value;
	}
	return "0";
}

static void send_text(const char *text)
{
	const char *dollar;

	while ((dollar = strchr(text, '$'))) {
		send_all(text, dollar - text);
		send_all(named(dollar + 1), strlen(named(dollar + 1)));
		text = dollar + 1 + word(dollar + 1);
	}
	send_all(text, strlen(text));
}

/* Does the answer fit, byte for byte but for numbers that have names? */
static int fits(const char *want, size_t nr_want, const char *have, size_t nr_have)
{
	size_t i = 0, j = 0;

	while (i < nr_want) {
		if (want[i] == '#') {
			size_t n = word(want + i + 1), digits = 0;

			while (j + digits < nr_have && have[j + digits] >= '0' && have[j + digits] <= '9')
				digits++;
			if (!digits || digits > 20 || n > 15 || nr_names == 64)
				return 0;
			memcpy(names[nr_names].name, want + i + 1, n);
			memcpy(names[nr_names++].value, have + j, digits);
			i += 1 + n;
			j += digits;
		} else if (j >= nr_have || want[i++] != have[j++]) {
			return 0;
		}
	}
	return j == nr_have;
}

static void meet(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = "kv.socket" };

	sock = socket(AF_UNIX, SOCK_STREAM, 0);
	while (connect(sock, (struct sockaddr *)&address, sizeof(address)) < 0)
		sched_yield();
}

static const char version[] = "VERSION " VERSION "\r\n";

/* How often that is said. */
static int versions(const char *text, size_t n)
{
	const size_t size = sizeof(version) - 1;
	int found = 0;
	size_t i;

	for (i = 0; i + size <= n; i++)
		found += text[i] == 'V' && memcmp(text + i, version, size) == 0;
	return found;
}

static void compare(void)
{
	const size_t end = closes ? 0 : sizeof(version) - 1;
	const int asked = versions(expected, nr_expected);
	size_t n = 0;

	if (!closes)
		send_text("version\r\n");
	while (closes || n < end || memcmp(got + n - end, version, end) != 0 || (asked && versions(got, n) <= asked)) {
		ssize_t more = read(sock, got + n, sizeof(got) - n);

		if (closes && more <= 0)
			break;
		if (more <= 0) {
			printf("exchange %d: the answer ends after %lu bytes\n", exchanges, (unsigned long)n);
			exit(1);
		}
		n += more;
	}
	if (!fits(expected, nr_expected, got, n - end)) {
		wrong++;
		printf("exchange %d: not\n%.*sbut\n%.*s", exchanges, (int)(nr_expected < 400 ? nr_expected : 400), expected,
		       (int)(n - end < 400 ? n - end : 400), got);
	}
	nr_expected = 0;
	if (closes) {
		close(sock);
		meet();
	}
	closes = 0;
}

static void expect(const char *bytes, size_t n)
{
	memcpy(expected + nr_expected, bytes, n);
	nr_expected += n;
}

static void many(const char *text, void (*to)(const char *, size_t))
{
	static char block[1100000];
	char *end;
	size_t n = strtoul(text, &end, 10);

	memset(block, end[1], n);
	to(block, n);
	to("\r\n", 2);
}

static int digit(char c)
{
	return c <= '9' ? c - '0' : c - 'a' + 10;
}

static void bytes(const char *digits, void (*to)(const char *, size_t))
{
	char block[100];
	size_t n;

	for (n = 0; *digits && n < sizeof(block); digits += digits[2] ? 3 : 2)
		block[n++] = digit(digits[0]) << 4 | digit(digits[1]);
	to(block, n);
}

static void talk(char *at)
{
	int asked = 0, answered = 0;
	char *next;

	for (; *at; at = next) {
		next = strchr(at, '\n');
		*next++ = '\0';
		if (*at == '>' && answered) {
			compare();
			asked = answered = 0;
		}
		if (*at == '>' && !asked) {
			exchanges++;
			asked = 1;
		}
		if (strncmp(at, "> ", 2) == 0 || strcmp(at, ">") == 0) {
			send_text(at[1] ? at + 2 : "");
			send_all("\r\n", 2);
		} else if (strncmp(at, ">- ", 3) == 0) {
			send_text(at + 3);
		} else if (strncmp(at, ">* ", 3) == 0) {
			many(at + 3, send_all);
		} else if (strncmp(at, ">x ", 3) == 0) {
			bytes(at + 3, send_all);
		} else if (strncmp(at, ">~ ", 3) == 0) {
			sleep(strtoul(at + 3, NULL, 10));
		} else if (strncmp(at, "<* ", 3) == 0) {
			many(at + 3, expect);
			answered = 1;
		} else if (strncmp(at, "<x ", 3) == 0) {
			bytes(at + 3, expect);
			answered = 1;
		} else if (strcmp(at, "<!") == 0) {
			closes = answered = 1;
		} else if (strncmp(at, "< ", 2) == 0) {
			expect(at + 2, strlen(at + 2));
			expect("\r\n", 2);
			answered = 1;
		} else if (strcmp(at, "<") == 0) {
			answered = 1;
		}
	}
	compare();
}

static void *serve_store(void *arg)
{
	static char *argv[] = { "kv-store", "-s", "kv.socket", "-t", "2", "-m", "4", NULL };

	kv_store_main(7, argv);
	return arg;
}

int main(void)
{
	pthread_t thread;
#ifdef SCRIPT
	strcpy(script, SCRIPT);
#else
	size_t n = 0;
	ssize_t more;

	while ((more = read(0, script + n, sizeof(script) - 1 - n)) > 0)
		n += more;
#endif
	if (pthread_create(&thread, NULL, serve_store, NULL) != 0)
		return 9;
	meet();
	talk(script);
	printf("%d exchanges, %d wrong\n", exchanges, wrong);
	send_text("quit\r\n");
	printf("%d after quit\n", (int)read(sock, got, 1));
	return wrong != 0;
}
