/* The processes there are, from /proc: number, parent, group, state, name. proc(5), /proc/PID/stat. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int by_number(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

/* The name stands in parentheses and may itself contain some. */
static void show(int pid)
{
	char path[32], line[512], *name, *end, *rest;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	f = fopen(path, "r");
	if (!f)
		return;
	if (fgets(line, sizeof(line), f) && (name = strchr(line, '(')) && (end = strrchr(line, ')')) && end[1] == ' ' && end[2]) {
		char state = end[2];
		long parent = strtol(end + 3, &rest, 10), group = strtol(rest, &rest, 10);

		*end = '\0';
		printf("%5d %5ld %5ld %c %s\n", pid, parent, group, state, name + 1);
	}
	fclose(f);
}

int main(void)
{
	int *pids = NULL, count = 0, i;
	struct dirent *entry;
	DIR *dir = opendir("/proc");

	if (!dir) {
		fprintf(stderr, "ps: /proc: %s\n", strerror(errno));
		return 1;
	}
	while ((entry = readdir(dir))) {
		if (!isdigit(entry->d_name[0]))
			continue;
		if (count % 64 == 0 && !(pids = realloc(pids, (count + 64) * sizeof(*pids))))
			return 1;
		pids[count++] = atoi(entry->d_name);
	}
	closedir(dir);
	qsort(pids, count, sizeof(*pids), by_number);
	puts("  PID  PPID  PGID S NAME");
	for (i = 0; i < count; i++)
		show(pids[i]);
	return 0;
}
