/* What uname() tells. Linux: include/uapi/linux/utsname.h, include/linux/utsname.h. */
#ifndef _LINUX_UTSNAME_H
#define _LINUX_UTSNAME_H

#define UTS_RELEASE	"5.14.0-ringside"

struct new_utsname {
	char sysname[65];
	char nodename[65];
	char release[65];
	char version[65];
	char machine[65];
	char domainname[65];
};

extern struct new_utsname init_uts_ns;

#endif
