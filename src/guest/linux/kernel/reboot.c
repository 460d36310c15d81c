/* Switching the machine off. Linux: kernel/reboot.c. */
#include <linux/console.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/reboot.h>
#include <linux/syscalls.h>
#include <asm/processor.h>

void kernel_power_off(int status)
{
	console_flush_on_panic();
	machine_power_off(status);
}

/*
 * Simplified: nothing but POWER_OFF, and nobody is asked for a capability. arg, which Linux does not read for it, is the
 * machine's exit status.
 */
SYSCALL_DEFINE4(reboot, int, magic1, int, magic2, unsigned int, cmd, unsigned long, arg)
{
	if ((unsigned int)magic1 != LINUX_REBOOT_MAGIC1 || (magic2 != LINUX_REBOOT_MAGIC2 && magic2 != LINUX_REBOOT_MAGIC2A &&
	    magic2 != LINUX_REBOOT_MAGIC2B && magic2 != LINUX_REBOOT_MAGIC2C))
		return -EINVAL;
	if (cmd != LINUX_REBOOT_CMD_POWER_OFF)
		return -EINVAL;
	kernel_power_off(arg & 0xff);
}
