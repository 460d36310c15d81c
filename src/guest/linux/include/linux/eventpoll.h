/* Linux: include/linux/eventpoll.h, anon_inodes.h. */
#ifndef _LINUX_EVENTPOLL_H
#define _LINUX_EVENTPOLL_H

struct file;

/* The file's last reference has gone: it leaves every epoll that watches it. */
void eventpoll_release(struct file *file);

#endif
