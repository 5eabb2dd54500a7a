/* checks_acknowledged.c - an acknowledged message is on the disks.
 *
 * Nothing the programs say is believed here, only what the two files hold: each commit is read from
 * the transaction log as it is written, and the first line of its first page in the .stm says whose
 * it is. When inetinfo says that a message is delivered, its commit must have been read and every
 * page of it must hold that message's text. At the end of the run, and after the current was cut,
 * what was acknowledged last is looked at once more.
 *
 * When a store begins anew it must have every message that was acknowledged before and not deleted
 * (recovered_kept).
 */
#include "model/checks/checks_private.h"

enum { SECTOR = 512, COMMIT_BYTES = 4 * 4096, HEAD_BYTES = 256, LINE = 64, MAGIC = 0x4C454545 };
#define LOG_PATH L"\\??\\C:\\Exchsrvr\\Mdbdata\\E00.log"
#define STM_PATH L"\\??\\E:\\Exchsrvr\\Mdbdata\\priv1.stm"

struct log_head { /* Of a record; ese_log.c. */
    uint32_t magic, kind, number, generation;
    EXIFS_EA_LIST ea;
    uint32_t life, check, run_count, sum_count;
};

/* ---- Text ------------------------------------------------------------------------------------ */

/* The number in a line of a message's text; 0: it is none. */
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

static uint32_t message_at(uint32_t page)
{
    char line[LINE];

    return io_file_peek(STM_PATH, (uint64_t)page * MM_PAGE, line, LINE) == LINE ? message_in(line)
                                                                                : 0;
}

/* ---- Reading the log ------------------------------------------------------------------------- */

static bool overlap(const struct check_commit *commit, const EXIFS_EA_LIST *ea)
{
    for (uint32_t i = 0; i < commit->run_count; i++)
        for (uint32_t k = 0; k < MIN_OF(ea->RunCount, CHECK_RUNS); k++)
            if (commit->runs[i][0] < ea->Runs[k].FirstPage + ea->Runs[k].Pages &&
                ea->Runs[k].FirstPage < commit->runs[i][0] + commit->runs[i][1])
                return true;
    return false;
}

/* Pages that are deleted or another's are no longer the message's. */
static void forget(struct checks *checks, const EXIFS_EA_LIST *ea)
{
    for (uint32_t i = 0; i < CHECK_COMMITS; i++)
        if (checks->commits[i].message != 0 && overlap(&checks->commits[i], ea))
            checks->commits[i].message = 0;
}

static void note(struct checks *checks, const struct log_head *head)
{
    struct check_commit *commit;

    if (head->kind != EseLogCommit && head->kind != EseLogDelete)
        return;
    forget(checks, &head->ea);
    if (head->kind == EseLogDelete)
        return;
    commit = &checks->commits[checks->commit_count++ % CHECK_COMMITS];
    *commit = (struct check_commit){ .run_count = MIN_OF(head->ea.RunCount, CHECK_RUNS) };
    for (uint32_t i = 0; i < commit->run_count; i++) {
        commit->runs[i][0] = head->ea.Runs[i].FirstPage;
        commit->runs[i][1] = MIN_OF(head->ea.Runs[i].Pages, CHECK_PAGES_MAX);
    }
    commit->message = message_at(commit->runs[0][0]);
}

static uint32_t record_bytes(const struct log_head *head)
{
    uint32_t used = HEAD_BYTES + 8 * head->run_count + 4 * head->sum_count;
    uint32_t unit = head->kind == EseLogCommit ? COMMIT_BYTES : SECTOR;

    return (used + unit - 1) / unit * unit;
}

/* Beyond what this life of the database has written the file holds records of an earlier one. */
static bool read_head(const struct checks *checks, const ESE_DATABASE *database, uint32_t offset,
                      struct log_head *head)
{
    return (offset < database->LogOffset || checks->log_generation < database->LogGeneration) &&
           io_file_peek(LOG_PATH, offset, head, sizeof *head) == sizeof *head &&
           head->magic == MAGIC && head->number > checks->log_number &&
           head->generation >= checks->log_generation &&
           head->generation <= database->LogGeneration;
}

/* The next record; past a gap that a failed write has left, or in the next generation. */
static bool next_record(struct checks *checks, const ESE_DATABASE *database, struct log_head *head)
{
    if (checks->log_generation == database->LogGeneration &&
        checks->log_offset >= database->LogOffset)
        return false;
    if (read_head(checks, database, checks->log_offset, head) &&
        head->number == checks->log_number + 1)
        return true;
    if (checks->log_generation != database->LogGeneration) {
        for (uint32_t offset = 0; offset < database->LogOffset; offset += SECTOR)
            if (read_head(checks, database, offset, head) &&
                head->generation > checks->log_generation) {
                checks->log_offset = offset;
                return true;
            }
        return false;
    }
    for (; checks->log_offset < database->LogOffset; checks->log_offset += SECTOR)
        if (read_head(checks, database, checks->log_offset, head))
            return true;
    return false;
}

/* What the life before wrote last, and nobody has read: its end came first. */
static void read_rest(struct checks *checks)
{
    struct log_head head;

    while (io_file_peek(LOG_PATH, checks->log_offset, &head, sizeof head) == sizeof head &&
           head.magic == MAGIC && head.number > checks->log_number &&
           head.generation == checks->log_generation) {
        checks->log_number = head.number;
        checks->log_offset += record_bytes(&head);
        note(checks, &head);
    }
}

/* Its first deletions may be on their way. */
static bool is_in_map(const ESE_DATABASE *database, const struct check_commit *commit)
{
    for (uint32_t i = 0; i < commit->run_count; i++)
        for (uint32_t page = commit->runs[i][0]; page < commit->runs[i][0] + commit->runs[i][1];
             page++)
            if (page >= database->Size || (database->Pages[page].State != EsePageCommitted &&
                                           database->Pages[page].State != EsePageDeleted))
                return false;
    return true;
}

static void check_recovered(struct world *world, const ESE_DATABASE *database)
{
    uint32_t lost = 0, first = 0;

    read_rest(&world->checks);
    for (uint32_t i = 0; i < CHECK_COMMITS; i++) {
        struct check_commit *commit = &world->checks.commits[i];

        if (commit->message == 0 || is_in_map(database, commit))
            continue;
        if (commit->bytes != 0)
            first = lost++ == 0 ? commit->message : first;
        commit->message = 0;
    }
    if (lost > 0)
        check_failed_in(world, CHECKED_RECOVERED_KEPT,
                        "%u acknowledged messages are not in the database any more, message %u "
                        "first",
                        lost, first);
}

static void read_log(struct world *world)
{
    struct checks *checks = &world->checks;
    const ESE_DATABASE *database = check_database(world);
    struct log_head head;

    if (database == NULL)
        return;
    if (checks->log_process != world->site->database_process) { /* Its log begins anew. */
        check_recovered(world, database);
        checks->log_process = world->site->database_process;
        checks->log_offset = checks->log_number = checks->log_generation = 0;
    }
    while (next_record(checks, database, &head)) {
        checks->log_number = head.number;
        checks->log_generation = head.generation;
        checks->log_offset += record_bytes(&head);
        note(checks, &head);
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

/* Every page but perhaps a last piece shorter than a line. */
static bool is_whole(const struct check_commit *commit, uint32_t message, uint32_t bytes)
{
    uint32_t done = 0;

    for (uint32_t i = 0; i < commit->run_count; i++)
        for (uint32_t page = 0; page < commit->runs[i][1] && done + LINE <= bytes; page++) {
            if (message_at(commit->runs[i][0] + page) != message)
                return false;
            done += MM_PAGE;
        }
    return true;
}

/* Of those whose mail goes to the mailbox store. */
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

static void acknowledged(struct world *world, uint32_t id)
{
    const struct message *message = message_in_hand(world->site, id);
    struct check_commit *commit;

    if (message == NULL || message->bytes < LINE || check_database(world) == NULL)
        return;
    read_log(world);
    commit = find_commit(&world->checks, id);
    if (commit == NULL && ke->sim->now < world->checks.sure_from)
        return;
    if (commit == NULL)
        check_failed_in(world, CHECKED_ACKNOWLEDGED_KEPT,
                        "message %u is acknowledged, and the log has no commit of it", id);
    else if (!is_whole(commit, id, message->bytes))
        check_failed_in(world, CHECKED_ACKNOWLEDGED_KEPT,
                        "message %u is acknowledged, and its pages hold something else", id);
    if (commit != NULL)
        commit->bytes = message->bytes;
}

void checks_record(struct world *world, const struct record *record)
{
    struct checks *checks = &world->checks;

    if (record->kind == REC_DISK_DONE && record->a == 0) {
        checks->log_written = true;
    } else if (record->kind == REC_IRP_COMPLETE && checks->log_written) {
        checks->log_written = false;
        read_log(world);
    } else if (record->kind == REC_DELIVERED) {
        acknowledged(world, record->a);
    }
}

static bool all_committed(const ESE_DATABASE *database, const struct check_commit *commit)
{
    for (uint32_t i = 0; i < commit->run_count; i++)
        for (uint32_t page = 0; page < commit->runs[i][1]; page++)
            if (commit->runs[i][0] + page >= database->Size ||
                database->Pages[commit->runs[i][0] + page].State != EsePageCommitted)
                return false;
    return true;
}

void check_acknowledged(struct world *world)
{
    const ESE_DATABASE *database = check_database(world);
    uint32_t lost = 0, first = 0;

    for (uint32_t i = 0; database != NULL && i < CHECK_COMMITS; i++) {
        const struct check_commit *commit = &world->checks.commits[i];

        if (commit->message == 0 || commit->bytes == 0 || !all_committed(database, commit) ||
            is_whole(commit, commit->message, commit->bytes))
            continue;
        first = lost++ == 0 ? commit->message : first;
    }
    if (lost > 0)
        check_failed_in(world, CHECKED_ACKNOWLEDGED_KEPT,
                        "%u acknowledged messages are no longer whole, message %u first", lost,
                        first);
}
