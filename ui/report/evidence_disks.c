/* evidence_disks.c - evidence on the disks, read as with a hex editor: the log's commits, the pages
 * they name, the text of mail.
 *
 * A record begins at a sector. Records that an earlier generation left in the log name pages, too;
 * those held mail once, so they are not zeros.
 */
#include "ui/report/evidence.h"
#include "model/look/disk_files.h"
#include <string.h>

enum { LINE = 64 };

static bool is_zeros(struct world *world, uint32_t page)
{
    static const char zeros[LINE];
    char line[LINE];

    return disk_stm_read(world, (uint64_t)page * DISK_PAGE, line, LINE) == LINE &&
           memcmp(line, zeros, LINE) == 0;
}

static bool names_zeros(struct world *world, const struct disk_record *record)
{
    for (uint32_t i = 0; i < record->run_count; i++)
        for (uint32_t page = 0; page < MIN_OF(record->runs[i].pages, (uint32_t)DISK_PAGES_MAX);
             page++)
            if (is_zeros(world, record->runs[i].first_page + page))
                return true;
    return false;
}

uint32_t evidence_commits_of_zeros(const struct evidence *evidence)
{
    uint32_t count = 0;
    struct disk_record record;
    struct file_node *log = disk_log(evidence->world);

    for (uint32_t offset = 0; offset < disk_log_bytes; offset += disk_log_step)
        count += disk_log_record(evidence->world, log, offset, &record) &&
                 record.kind == DISK_COMMIT && names_zeros(evidence->world, &record);
    return count;
}

uint32_t evidence_bad_pages_of_zeros(const struct evidence *evidence)
{
    static const char before[] = "at offset ";
    uint32_t count = 0;

    for (uint32_t i = 0; i < evidence->look->log_count; i++) {
        const struct cm_line *line = &evidence->look->log[i];
        const char *at = line->id == 478 ? strstr(line->text, before) : NULL;
        uint64_t offset = 0;

        if (at == NULL)
            continue;
        for (at += sizeof before - 1; *at >= '0' && *at <= '9'; at++)
            offset = offset * 10 + (uint64_t)(*at - '0');
        count += is_zeros(evidence->world, (uint32_t)(offset / DISK_PAGE));
    }
    return count;
}

/* True if a line of a page differs from both its neighbours, which are equal. Simulated mail
 * repeats one line, so such a line is damage. */
static bool has_odd_line(const char *page)
{
    for (uint32_t at = 0; at + LINE <= DISK_PAGE; at += LINE) {
        uint32_t one = at > 0 ? at - LINE : at + 2 * LINE;
        uint32_t other = at + LINE < DISK_PAGE ? at + LINE : at - 2 * LINE;

        if (page[at] != 0 && memcmp(page + one, page + other, LINE) == 0 &&
            memcmp(page + at, page + one, LINE) != 0)
            return true;
    }
    return false;
}

uint32_t evidence_garbled_pages(const struct evidence *evidence)
{
    char page[DISK_PAGE];
    uint32_t count = 0;

    for (uint64_t at = 0; disk_stm_read(evidence->world, at, page, DISK_PAGE) == DISK_PAGE;
         at += DISK_PAGE)
        count += has_odd_line(page);
    return count;
}
