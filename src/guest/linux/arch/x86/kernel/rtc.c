/* The calendar clock, asked once at boot. Linux: arch/x86/kernel/rtc.c; Motorola MC146818 data sheet. */
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/time.h>
#include <asm/io.h>

#define RTC_INDEX	0x70
#define RTC_DATA	0x71
#define RTC_SECONDS	0
#define RTC_MINUTES	2
#define RTC_HOURS	4
#define RTC_DAY		7
#define RTC_MONTH	8
#define RTC_YEAR	9
#define RTC_STATUS_D	13
#define RTC_VALID	0x80
#define RTC_CENTURY	0x32

static unsigned int cmos_read(int reg)
{
	outb(reg, RTC_INDEX);
	return inb(RTC_DATA);
}

/* Registers hold two decimal digits, and hours count to 24: so the firmware leaves the clock. */
static long cmos_number(int reg)
{
	unsigned int value = cmos_read(reg);

	return (value >> 4) * 10 + (value & 15);
}

/* Linux: mktime64(), kernel/time/time.c. */
static long days_since_1970(long year, long month, long day)
{
	/* The year begins in March, so that the day that may be missing comes last. */
	month -= 2;
	if (month <= 0) {
		month += 12;
		year--;
	}
	return year / 4 - year / 100 + year / 400 + 367 * month / 12 + day + year * 365 - 719499;
}

long __init mach_get_cmos_time(void)
{
	long days;

	/* Where nobody answers, all bits read as ones; the others of this register are always 0. */
	if (cmos_read(RTC_STATUS_D) != RTC_VALID)
		return 0;
	days = days_since_1970(cmos_number(RTC_CENTURY) * 100 + cmos_number(RTC_YEAR), cmos_number(RTC_MONTH), cmos_number(RTC_DAY));
	return ((days * 24 + cmos_number(RTC_HOURS)) * 60 + cmos_number(RTC_MINUTES)) * 60 + cmos_number(RTC_SECONDS);
}
