/* The names in a directory, sorted. -l: with kind, mode and size; -a: those that begin with a dot too. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int is_long, show_all, several;

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static char kind_of(mode_t mode)
{
	return S_ISDIR(mode) ? 'd' : S_ISLNK(mode) ? 'l' : S_ISCHR(mode) ? 'c' : S_ISFIFO(mode) ? 'p' : '-';
}

static void show(const char *folder, const char *name)
{
	char path[512], rights[10] = "rwxrwxrwx";
	struct stat st;
	int i;

	if (!is_long) {
		puts(name);
		return;
	}
	snprintf(path, sizeof(path), "%s%s%s", folder, *folder ? "/" : "", name);
	if (lstat(path, &st) < 0) {
		printf("? %s\n", name);
		return;
	}
	for (i = 0; i < 9; i++)
		if (!(st.st_mode & (0400 >> i)))
			rights[i] = '-';
	printf("%c%s %2lu %8ld %s\n", kind_of(st.st_mode), rights, st.st_nlink, st.st_size, name);
}

static int list(const char *path)
{
	char **names = NULL;
	size_t count = 0, i;
	struct dirent *entry;
	DIR *dir = opendir(path);

	if (!dir) {
		if (errno == ENOTDIR) {
			show("", path);
			return 0;
		}
		fprintf(stderr, "ls: %s: %s\n", path, strerror(errno));
		return 2;
	}
	if (several)
		printf("%s:\n", path);
	while ((entry = readdir(dir))) {
		if (entry->d_name[0] == '.' && !show_all)
			continue;
		if (count % 16 == 0)
			names = realloc(names, (count + 16) * sizeof(*names));
		if (!names || !(names[count] = strdup(entry->d_name))) {
			fprintf(stderr, "ls: %s\n", strerror(ENOMEM));
			return 2;
		}
		count++;
	}
	closedir(dir);
	qsort(names, count, sizeof(*names), by_name);
	for (i = 0; i < count; i++)
		show(path, names[i]);
	return 0;
}

int main(int argc, char **argv)
{
	int option, ret = 0;

	while ((option = getopt(argc, argv, "la")) != -1) {
		if (option == '?')
			return 2;
		*(option == 'l' ? &is_long : &show_all) = 1;
	}
	if (optind == argc)
		return list(".");
	for (several = argc - optind > 1; optind < argc; optind++)
		ret |= list(argv[optind]);
	return ret;
}
