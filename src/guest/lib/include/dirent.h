#ifndef _DIRENT_H
#define _DIRENT_H

#include <sys/types.h>

/* As the kernel writes them. */
struct dirent {
	ino_t d_ino;
	off_t d_off;
	unsigned short d_reclen;
	unsigned char d_type;
	char d_name[256];
};

#define DT_DIR	4
#define DT_REG	8
#define DT_LNK	10

typedef struct _DIR DIR;

DIR *opendir(const char *path);
struct dirent *readdir(DIR *dir);
int closedir(DIR *dir);

#endif
