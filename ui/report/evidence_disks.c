/* evidence_disks.c - what the disks hold: the log's commits, the pages they name, the text of mail,
 * read as with a hex editor.
 *
 * A record begins at a sector. What an earlier generation has left behind in the log names pages,
 * too; they held mail once and are not zeros for it.
 */
#include "ui/report/evidence.h"
#include "model/kernel/io_disk.h"
#include "model/kernel/mm.h"
#include "model/exifs/exifs_ioctl.h"
#include <string.h>

enum { SECTOR = 512, LOG_BYTES = 5 * 1024 * 1024, LINE = 64, COMMIT = 1, MAGIC = 0x4C454545 };
#define LOG_PATH L"\\??\\C:\\Exchsrvr\\Mdbdata\\E00.log"
#define STM_PATH L"\\??\\E:\\Exchsrvr\\Mdbdata\\priv1.stm"

struct log_head { /* ese_log.c. */
    uint32_t magic, kind, number, generation;
    EXIFS_EA_LIST ea;
};

static bool is_zeros(uint32_t page)
{
    static const char zeros[LINE];
    char line[LINE];

    return io_file_peek(STM_PATH, (uint64_t)page * MM_PAGE, line, LINE) == LINE &&
           memcmp(line, zeros, LINE) == 0;
}

static bool names_zeros(const EXIFS_EA_LIST *ea)
{
    for (uint32_t i = 0; i < MIN_OF(ea->RunCount, EXIFS_RUNS_MAX); i++)
        for (uint32_t page = 0; page < MIN_OF(ea->Runs[i].Pages, EXIFS_PAGES_MAX); page++)
            if (is_zeros(ea->Runs[i].FirstPage + page))
                return true;
    return false;
}

uint32_t evidence_commits_of_zeros(const struct evidence *evidence)
{
    uint32_t count = 0;
    struct log_head head;

    world_enter(evidence->world);
    for (uint32_t offset = 0; offset < LOG_BYTES; offset += SECTOR)
        count += io_file_peek(LOG_PATH, offset, &head, sizeof head) == sizeof head &&
                 head.magic == MAGIC && head.kind == COMMIT && names_zeros(&head.ea);
    return count;
}

uint32_t evidence_bad_pages_of_zeros(const struct evidence *evidence)
{
    static const char before[] = "at offset ";
    uint32_t count = 0;

    world_enter(evidence->world);
    for (uint32_t i = 0; i < evidence->look->log_count; i++) {
        const struct cm_line *line = &evidence->look->log[i];
        const char *at = line->id == 478 ? strstr(line->text, before) : NULL;
        uint64_t offset = 0;

        if (at == NULL)
            continue;
        for (at += sizeof before - 1; *at >= '0' && *at <= '9'; at++)
            offset = offset * 10 + (uint64_t)(*at - '0');
        count += is_zeros((uint32_t)(offset / MM_PAGE));
    }
    return count;
}

/* Does one line of a page differ from two neighbours, which are alike? A mail's text here is one
 * line over and over, so a reader sees such a one at once. */
static bool has_odd_line(const char *page)
{
    for (uint32_t at = 0; at + LINE <= MM_PAGE; at += LINE) {
        uint32_t one = at > 0 ? at - LINE : at + 2 * LINE;
        uint32_t other = at + LINE < MM_PAGE ? at + LINE : at - 2 * LINE;

        if (page[at] != 0 && memcmp(page + one, page + other, LINE) == 0 &&
            memcmp(page + at, page + one, LINE) != 0)
            return true;
    }
    return false;
}

uint32_t evidence_garbled_pages(const struct evidence *evidence)
{
    char page[MM_PAGE];
    uint32_t count = 0;

    world_enter(evidence->world);
    for (uint64_t at = 0; io_file_peek(STM_PATH, at, page, MM_PAGE) == MM_PAGE; at += MM_PAGE)
        count += has_odd_line(page);
    return count;
}
