/* rtl_time.c - times as days and hours. A time is a number of 100 ns since 1 January 1601, which
 * was a Monday.
 *
 * The machine's clock is on GMT: local time is system time.
 */
#include "model/kernel/include/ntifs.h"
#include <stdbool.h>

#define SECOND (10000000ll)
#define DAY    (86400ll * SECOND)
enum { FIRST_YEAR = 1601 };
#define SECONDS_1601_TO_1970 11644473600ll

static bool is_leap(LONGLONG year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

static LONGLONG days_in(LONGLONG year, LONGLONG month)
{
    static const UCHAR days[12] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

    return days[month - 1] + (month == 2 && is_leap(year));
}

/* Days from the beginning of 1601 to that of a year. */
static LONGLONG days_before(LONGLONG year)
{
    LONGLONG years = year - FIRST_YEAR;

    return years * 365 + years / 4 - years / 100 + years / 400;
}

VOID RtlTimeToTimeFields(PLARGE_INTEGER time, PTIME_FIELDS fields)
{
    LONGLONG days = time->QuadPart / DAY, rest = time->QuadPart % DAY / (SECOND / 1000);
    LONGLONG year = FIRST_YEAR + days / 366, month = 1;

    fields->Weekday = (CSHORT)((days + 1) % 7);
    while (days_before(year + 1) <= days)
        year++;
    for (days -= days_before(year); days >= days_in(year, month); month++)
        days -= days_in(year, month);
    fields->Year = (CSHORT)year;
    fields->Month = (CSHORT)month;
    fields->Day = (CSHORT)(days + 1);
    fields->Milliseconds = (CSHORT)(rest % 1000);
    fields->Second = (CSHORT)(rest / 1000 % 60);
    fields->Minute = (CSHORT)(rest / 60000 % 60);
    fields->Hour = (CSHORT)(rest / 3600000);
}

static bool in_range(LONG value, LONG first, LONG last) { return value >= first && value <= last; }

BOOLEAN RtlTimeFieldsToTime(PTIME_FIELDS f, PLARGE_INTEGER time)
{
    LONGLONG days;

    if (f->Year < FIRST_YEAR || !in_range(f->Month, 1, 12) ||
        !in_range(f->Day, 1, (LONG)days_in(f->Year, f->Month)) || !in_range(f->Hour, 0, 23) ||
        !in_range(f->Minute, 0, 59) || !in_range(f->Second, 0, 59) ||
        !in_range(f->Milliseconds, 0, 999))
        return FALSE;
    days = days_before(f->Year) + f->Day - 1;
    for (LONG month = 1; month < f->Month; month++)
        days += days_in(f->Year, month);
    time->QuadPart = days * DAY + ((f->Hour * 60ll + f->Minute) * 60 + f->Second) * SECOND +
                     f->Milliseconds * (SECOND / 1000);
    return TRUE;
}

BOOLEAN RtlTimeToSecondsSince1970(PLARGE_INTEGER time, PULONG seconds)
{
    LONGLONG since = time->QuadPart / SECOND - SECONDS_1601_TO_1970;

    if (since < 0 || since > MAXULONG)
        return FALSE;
    *seconds = (ULONG)since;
    return TRUE;
}

VOID RtlSecondsSince1970ToTime(ULONG seconds, PLARGE_INTEGER time)
{
    time->QuadPart = (seconds + SECONDS_1601_TO_1970) * SECOND;
}

VOID ExSystemTimeToLocalTime(PLARGE_INTEGER system, PLARGE_INTEGER local) { *local = *system; }
VOID ExLocalTimeToSystemTime(PLARGE_INTEGER local, PLARGE_INTEGER system) { *system = *local; }
