/* Linux: include/linux/reboot.h, include/uapi/linux/reboot.h. */
#ifndef _LINUX_REBOOT_H
#define _LINUX_REBOOT_H

#include <linux/compiler.h>

#define LINUX_REBOOT_MAGIC1	0xfee1dead
#define LINUX_REBOOT_MAGIC2	672274793
#define LINUX_REBOOT_MAGIC2A	85072278
#define LINUX_REBOOT_MAGIC2B	369367448
#define LINUX_REBOOT_MAGIC2C	537993216

#define LINUX_REBOOT_CMD_POWER_OFF	0x4321fedc

/* What waits for the serial port is still sent. status: the machine's, for whoever watches it. */
void kernel_power_off(int status) __noreturn;

#endif
