/* calendar.c - see calendar.h. The year begins in March here, so that a leap day is the last day
 * of its year. */
#include "sim/calendar.h"

/* Days in 400 years; days from 1 March of year 0 to 1970. */
enum { ERA_DAYS = 146097, EPOCH = 719468 };

uint32_t calendar_days(uint32_t year, uint32_t month, uint32_t day)
{
    uint32_t y = year - (month <= 2), m = (month + 9) % 12;
    uint32_t of_year = (153 * m + 2) / 5 + day - 1, in_era = y % 400;

    return y / 400 * ERA_DAYS + in_era * 365 + in_era / 4 - in_era / 100 + of_year - EPOCH;
}

void calendar_date(uint32_t days, uint32_t *year, uint32_t *month, uint32_t *day)
{
    uint32_t z = days + EPOCH, of_era = z % ERA_DAYS;
    uint32_t in_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / (ERA_DAYS - 1)) / 365;
    uint32_t of_year = of_era - (365 * in_era + in_era / 4 - in_era / 100);
    uint32_t m = (5 * of_year + 2) / 153;

    *day = of_year - (153 * m + 2) / 5 + 1;
    *month = m < 10 ? m + 3 : m - 9;
    *year = z / ERA_DAYS * 400 + in_era + (*month <= 2);
}

bool calendar_valid(uint32_t year, uint32_t month, uint32_t day)
{
    uint32_t y, m, d;

    if (year < 1970 || year > 9999 || month < 1 || month > 12 || day < 1 || day > 31)
        return false;
    calendar_date(calendar_days(year, month, day), &y, &m, &d);
    return y == year && m == month && d == day;
}

bool calendar_digits(const char **at, const char *end, uint32_t digits, char behind,
                     uint32_t *value)
{
    const char *c = *at;

    *value = 0;
    for (uint32_t i = 0; i < digits; i++, c++) {
        if (c >= end || *c < '0' || *c > '9')
            return false;
        *value = *value * 10 + (uint32_t)(*c - '0');
    }
    if (behind != 0 && (c >= end || *c++ != behind))
        return false;
    *at = c;
    return true;
}
