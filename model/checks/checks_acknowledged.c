/* checks_acknowledged.c - checks that an acknowledged message is on the disks.
 *
 * Only the contents of the two files count here, not the state of the programs: each commit is read
 * from the transaction log as it is written, and the first line of its first page in the .stm names
 * the message. When inetinfo says that a message is delivered, its commit must have been read and
 * every page of it must hold that message's text. At the end of the run, and after a power cut, the
 * latest acknowledged messages are checked once more.
 *
 * A restarted store must have every message that was acknowledged before and not deleted
 * (recovered_kept).
 */
#include "model/checks/checks.h"
#include "model/look/disk_files.h"
#include "model/outside/site.h"
#include "model/words/records.h"
#include <string.h>

enum { LINE = 64 };

/* ---- Text ------------------------------------------------------------------------------------ */

/* Returns the message number in a line of text; 0: the line is not of a message. */
static uint32_t message_in(const char *line)
{
    static const char head[] = "Received: by exifsim; message";
    uint32_t number = 0;

    if (memcmp(line, head, sizeof head - 1) != 0)
        return 0;
    for (int i = 30; i < 39; i++)
        if (line[i] >= '0' && line[i] <= '9')
            number = number * 10 + (uint32_t)(line[i] - '0');
    return number;
}

static uint32_t message_at(const struct checks *checks, uint32_t page)
{
    char line[LINE];

    return disk_stm_read(checks->world, (uint64_t)page * DISK_PAGE, line, LINE) == LINE
               ? message_in(line)
               : 0;
}

/* ---- Reading the log ------------------------------------------------------------------------- */

static bool overlap(const struct check_commit *commit, const struct disk_record *record)
{
    for (uint32_t i = 0; i < commit->run_count; i++)
        for (uint32_t k = 0; k < record->run_count; k++)
            if (commit->runs[i][0] < record->runs[k].first_page + record->runs[k].pages &&
                record->runs[k].first_page < commit->runs[i][0] + commit->runs[i][1])
                return true;
    return false;
}

/* Drops the commits whose pages a record deletes or gives to another message. */
static void forget(struct checks *checks, const struct disk_record *record)
{
    for (uint32_t i = 0; i < CHECK_COMMITS; i++)
        if (checks->commits[i].message != 0 && overlap(&checks->commits[i], record))
            checks->commits[i].message = 0;
}

static void note(struct checks *checks, const struct disk_record *record)
{
    struct check_commit *commit;

    if (record->kind != DISK_COMMIT && record->kind != DISK_DELETE)
        return;
    forget(checks, record);
    if (record->kind == DISK_DELETE)
        return;
    commit = &checks->commits[checks->commit_count++ % CHECK_COMMITS];
    *commit = (struct check_commit){ .run_count = record->run_count };
    for (uint32_t i = 0; i < commit->run_count; i++) {
        commit->runs[i][0] = record->runs[i].first_page;
        commit->runs[i][1] = MIN_OF(record->runs[i].pages, CHECK_PAGES_MAX);
    }
    commit->message = message_at(checks, commit->runs[0][0]);
}

/* Reads the head of a record of the present database. Behind its end the file has records of an
 * earlier life. */
static bool read_head(const struct checks *checks, const struct inspect_database *database,
                      uint32_t offset, struct disk_record *record)
{
    return (offset < database->log_offset || checks->log_generation < database->log_generation) &&
           disk_log_record(checks->world, checks->log, offset, record) &&
           record->number > checks->log_number && record->generation >= checks->log_generation &&
           record->generation <= database->log_generation;
}

/* Finds the next record, if need be behind a gap that a failed write has left, or in the next
 * generation. */
static bool next_record(struct checks *checks, const struct inspect_database *database,
                        struct disk_record *record)
{
    if (checks->log_generation == database->log_generation &&
        checks->log_offset >= database->log_offset)
        return false;
    if (read_head(checks, database, checks->log_offset, record) &&
        record->number == checks->log_number + 1)
        return true;
    if (checks->log_generation != database->log_generation) {
        for (uint32_t offset = 0; offset < database->log_offset; offset += disk_log_step)
            if (read_head(checks, database, offset, record) &&
                record->generation > checks->log_generation) {
                checks->log_offset = offset;
                return true;
            }
        return false;
    }
    for (; checks->log_offset < database->log_offset; checks->log_offset += disk_log_step)
        if (read_head(checks, database, checks->log_offset, record))
            return true;
    return false;
}

/* Reads the last records of the previous store, which ended before they were read. */
static void read_rest(struct checks *checks)
{
    struct disk_record record;

    while (disk_log_record(checks->world, checks->log, checks->log_offset, &record) &&
           record.number > checks->log_number && record.generation == checks->log_generation) {
        checks->log_number = record.number;
        checks->log_offset += record.bytes;
        note(checks, &record);
    }
}

/* Returns the state of a page in the engine's map; INSPECT_PAGE_STATES: it is not in the map. */
static uint8_t state_of(const struct checks *checks, uint32_t page)
{
    uint8_t now = inspect_page_now(checks->world, page);

    return now == INSPECT_PAGE_STATES ? now : now & INSPECT_PAGE_STATE;
}

/* True if all pages of a commit are committed in the engine's map, or being deleted by the new
 * store. */
static bool is_in_map(const struct checks *checks, const struct check_commit *commit)
{
    for (uint32_t i = 0; i < commit->run_count; i++)
        for (uint32_t page = commit->runs[i][0]; page < commit->runs[i][0] + commit->runs[i][1];
             page++) {
            uint8_t state = state_of(checks, page);

            if (state != INSPECT_PAGE_COMMITTED && state != INSPECT_PAGE_DELETED)
                return false;
        }
    return true;
}

static void check_recovered(struct checks *checks)
{
    uint32_t lost = 0, first = 0;

    read_rest(checks);
    for (uint32_t i = 0; i < CHECK_COMMITS; i++) {
        struct check_commit *commit = &checks->commits[i];

        if (commit->message == 0 || is_in_map(checks, commit))
            continue;
        if (commit->bytes != 0)
            first = lost++ == 0 ? commit->message : first;
        commit->message = 0;
    }
    if (lost > 0)
        check_failed_in(checks, CHECKED_RECOVERED_KEPT,
                        "%u acknowledged messages are not in the database any more, message %u "
                        "first",
                        lost, first);
}

static void read_log(struct checks *checks, const struct inspect_database *database)
{
    struct disk_record record;

    checks->log = disk_log(checks->world);
    if (checks->log_process != database->process) { /* The log of a new store process. */
        check_recovered(checks);
        checks->log_process = database->process;
        checks->log_offset = checks->log_number = checks->log_generation = 0;
    }
    while (next_record(checks, database, &record)) {
        checks->log_number = record.number;
        checks->log_generation = record.generation;
        checks->log_offset += record.bytes;
        note(checks, &record);
    }
}

/* ---- Looking --------------------------------------------------------------------------------- */

static struct check_commit *find_commit(struct checks *checks, uint32_t message)
{
    for (uint64_t i = checks->commit_count; i-- > 0 && i + CHECK_COMMITS >= checks->commit_count;)
        if (checks->commits[i % CHECK_COMMITS].message == message)
            return &checks->commits[i % CHECK_COMMITS];
    return NULL;
}

/* True if every page has the message's text; a last piece shorter than a line is not compared. */
static bool is_whole(const struct checks *checks, const struct check_commit *commit,
                     uint32_t message, uint32_t bytes)
{
    uint32_t done = 0;

    for (uint32_t i = 0; i < commit->run_count; i++)
        for (uint32_t page = 0; page < commit->runs[i][1] && done + LINE <= bytes; page++) {
            if (message_at(checks, commit->runs[i][0] + page) != message)
                return false;
            done += DISK_PAGE;
        }
    return true;
}

/* Finds a message in delivery to the mailbox store; NULL: there is none. */
static const struct message *message_in_hand(const struct site *site, uint32_t id)
{
    for (uint32_t protocol = 0; protocol < LOAD_PROTOCOLS; protocol++) {
        const struct load_wire *wire = &site->wires[protocol];

        if (load_protocol_kinds[protocol] != LOAD_DELIVERS)
            continue;
        for (uint32_t i = 0; i < IN_FLIGHT_MAX; i++)
            if (wire->in_flight[i].id == id &&
                load_protocol_kinds[message_protocol(&wire->in_flight[i])] == LOAD_DELIVERS)
                return &wire->in_flight[i];
    }
    return NULL;
}

static void acknowledged(struct checks *checks, uint32_t id)
{
    const struct message *message = message_in_hand(world_site(checks->world), id);
    struct inspect_database database;
    struct check_commit *commit;

    if (message == NULL || message->bytes < LINE)
        return;
    inspect_database_now(checks->world, &database);
    if (database.process == 0)
        return;
    read_log(checks, &database);
    commit = find_commit(checks, id);
    if (commit == NULL && world_sim(checks->world)->now < checks->sure_from)
        return;
    if (commit == NULL)
        check_failed_in(checks, CHECKED_ACKNOWLEDGED_KEPT,
                        "message %u is acknowledged, and the log has no commit of it", id);
    else if (!is_whole(checks, commit, id, message->bytes))
        check_failed_in(checks, CHECKED_ACKNOWLEDGED_KEPT,
                        "message %u is acknowledged, and its pages hold something else", id);
    if (commit != NULL)
        commit->bytes = message->bytes;
}

static void log_was_written(struct checks *checks)
{
    struct inspect_database database;

    inspect_database_now(checks->world, &database);
    if (database.process != 0)
        read_log(checks, &database);
}

void check_record(struct checks *checks, const struct record *record)
{
    if (record->kind == REC_DISK_DONE && record->a == 0) {
        checks->log_written = true;
    } else if (record->kind == REC_IRP_COMPLETE && checks->log_written) {
        checks->log_written = false;
        log_was_written(checks);
    } else if (record->kind == REC_DELIVERED) {
        acknowledged(checks, record->a);
    }
}

static bool all_committed(const struct checks *checks, const struct check_commit *commit)
{
    for (uint32_t i = 0; i < commit->run_count; i++)
        for (uint32_t page = 0; page < commit->runs[i][1]; page++)
            if (state_of(checks, commit->runs[i][0] + page) != INSPECT_PAGE_COMMITTED)
                return false;
    return true;
}

void check_acknowledged(struct checks *checks)
{
    uint32_t lost = 0, first = 0;

    for (uint32_t i = 0; i < CHECK_COMMITS; i++) {
        const struct check_commit *commit = &checks->commits[i];

        if (commit->message == 0 || commit->bytes == 0 || !all_committed(checks, commit) ||
            is_whole(checks, commit, commit->message, commit->bytes))
            continue;
        first = lost++ == 0 ? commit->message : first;
    }
    if (lost > 0)
        check_failed_in(checks, CHECKED_ACKNOWLEDGED_KEPT,
                        "%u acknowledged messages are no longer whole, message %u first", lost,
                        first);
}
