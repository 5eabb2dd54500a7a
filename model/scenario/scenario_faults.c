/* scenario_faults.c - [fault NAME]: injected faults, and the checks that may then fail.
 *
 * Each kind has keys of its own; a key of another kind is unknown. To add a kind: a row in
 * fault_kind, its name and its reader here, its effect in faults.c, a row in docs/scenario-keys.md.
 */
#include "model/scenario/scenario_inside.h"
#include "model/words/checks.h"
#include <limits.h>
#include <stdio.h>
#include <string.h>

static const char *const kinds[] = { "crash",      "kill",      "hang",       "no_memory",
                                     "leak",       "slow_disk", "disk_error", "full_disk",
                                     "lost_reply", "power_cut", "bad_page" };
static const char *const images[] = { "store.exe", "inetinfo.exe", "w3wp.exe" };
static const char *const disks[] = { "C:", "D:", "E:" };
static const char *const pools[] = { "nonpaged", "paged" };
static const char *const transfers[] = { "all", "reads", "writes" };
static const char *const errors[] = { "device_error", "disk_full" };
static const char *const caches[] = { "lost", "kept" };

/* Threads by the names that they give themselves; NULL ends the list. */
static const char *const store_threads[] = { "main",   "proxy",    "worker",    "janitor",  "mount",
                                             "queues", "pop stub", "imap stub", "dav stub", NULL };
static const char *const inetinfo_threads[] = { "main", "atq", "epoxy", "opener", NULL };
static const char *const w3wp_threads[] = { "main", "dav", "epoxy", NULL };

bool scenario_can_fail(const char *image)
{
    for (size_t i = 0; i < ARRAY_LEN(images); i++)
        if (strcmp(image, images[i]) == 0)
            return true;
    return false;
}

const char *const *scenario_threads_of(const char *image)
{
    if (strcmp(image, "w3wp.exe") == 0)
        return w3wp_threads;
    return strcmp(image, "store.exe") == 0 ? store_threads : inetinfo_threads;
}

/* ---- Small readers --------------------------------------------------------------------------- */

static void get_image(struct ini *ini, const char *section, bool wanted, char *out, size_t size)
{
    uint32_t word;

    if (ini_get_word(ini, section, "process", images, ARRAY_LEN(images), &word))
        snprintf(out, size, "%s", images[word]);
    else if (wanted && !ini_has(ini, section, "process"))
        ini_error(ini, section, NULL,
                  "no process (expected process = store.exe, inetinfo.exe or w3wp.exe)");
}

static void get_count(struct ini *ini, const char *section, const char *key, uint64_t *out)
{
    ini_get_uint(ini, section, key, 1, 1000000000, out);
}

static void get_tag(struct ini *ini, const char *section, uint32_t *out)
{
    const char *text;

    if (!ini_get_text(ini, section, "tag", &text))
        return;
    if (strlen(text) > 4) {
        ini_error(ini, section, "tag", "\"%s\" (expected a pool tag of at most four characters)",
                  text);
        return;
    }
    *out = 0;
    for (uint32_t i = 0; i < 4; i++)
        *out |= (uint32_t)(uint8_t)(i < strlen(text) ? text[i] : ' ') << 8 * i;
}

static void get_disk(struct ini *ini, const char *section, uint32_t *out)
{
    if (!ini_get_word(ini, section, "disk", disks, ARRAY_LEN(disks), out) &&
        !ini_has(ini, section, "disk"))
        ini_error(ini, section, NULL,
                  "no disk (expected disk = C: (logs), D: (.edb) or E: (.stm))");
}

static void get_thread(struct ini *ini, const char *section, struct scenario_fault *fault)
{
    const char *const *names = scenario_threads_of(fault->process);
    uint32_t count = 0, word;

    while (names[count] != NULL)
        count++;
    if (ini_get_word(ini, section, "thread", names, count, &word))
        snprintf(fault->thread, sizeof fault->thread, "%s", names[word]);
    else if (!ini_has(ini, section, "thread"))
        ini_error(ini, section, NULL, "no thread (expected thread = a name, such as %s)", names[1]);
}

/* ---- Kinds ----------------------------------------------------------------------------------- */

static void read_disk_error(struct ini *ini, const char *section, struct scenario_fault *fault)
{
    uint32_t word = 0;

    get_disk(ini, section, &fault->disk);
    fault->count = UINT64_MAX;
    get_count(ini, section, "nth", &fault->nth);
    get_count(ini, section, "count", &fault->count);
    ini_get_word(ini, section, "transfers", transfers, ARRAY_LEN(transfers), &word);
    fault->reads = word != 2;
    fault->writes = word != 1;
    word = 0;
    ini_get_word(ini, section, "error", errors, ARRAY_LEN(errors), &word);
    fault->disk_full = word == 1;
}

static void read_memory(struct ini *ini, const char *section, struct scenario_fault *fault)
{
    uint64_t bytes = fault->bytes;
    uint32_t word;

    get_tag(ini, section, &fault->tag);
    if (fault->kind == FAULT_LEAK) {
        if (ini_get_size(ini, section, "bytes", 64, 1 << 20, &bytes))
            fault->bytes = (uint32_t)bytes;
        ini_get_time(ini, section, "every", US(100), SEC(3600), &fault->every);
    } else {
        get_image(ini, section, false, fault->process, sizeof fault->process);
        get_count(ini, section, "nth", &fault->nth);
        get_count(ini, section, "count", &fault->count);
    }
    fault->has_pool = ini_get_word(ini, section, "pool", pools, ARRAY_LEN(pools), &word);
    fault->pool = fault->has_pool ? word : 0;
}

static void read_hang(struct ini *ini, const char *section, struct scenario_fault *fault)
{
    uint32_t errors_before = ini_error_count(ini);

    get_image(ini, section, true, fault->process, sizeof fault->process);
    if (ini_error_count(ini) == errors_before)
        get_thread(ini, section, fault);
    else
        ini_know(ini, section, "thread");
    get_count(ini, section, "count", &fault->count);
}

static void read_kind(struct ini *ini, const char *section, struct scenario_fault *fault)
{
    uint32_t word = 0;
    uint64_t factor = fault->factor;

    switch (fault->kind) {
    case FAULT_CRASH:
    case FAULT_KILL:
        get_image(ini, section, true, fault->process, sizeof fault->process);
        break;
    case FAULT_HANG:
        read_hang(ini, section, fault);
        break;
    case FAULT_NO_MEMORY:
    case FAULT_LEAK:
        read_memory(ini, section, fault);
        break;
    case FAULT_SLOW_DISK:
        get_disk(ini, section, &fault->disk);
        if (ini_get_uint(ini, section, "factor", 2, 10000, &factor))
            fault->factor = (uint32_t)factor;
        break;
    case FAULT_DISK_ERROR:
        read_disk_error(ini, section, fault);
        break;
    case FAULT_FULL_DISK:
        get_disk(ini, section, &fault->disk);
        break;
    case FAULT_LOST_REPLY:
        get_count(ini, section, "nth", &fault->nth);
        get_count(ini, section, "count", &fault->count);
        break;
    case FAULT_POWER_CUT:
        ini_get_word(ini, section, "cache", caches, ARRAY_LEN(caches), &word);
        fault->cache_kept = word == 1;
        break;
    case FAULT_BAD_PAGE:
        get_count(ini, section, "nth", &fault->nth);
        get_count(ini, section, "count", &fault->count);
        break;
    }
}

/* Marks all keys as known in a section without a valid kind, so that only the kind is an error. */
static void know_all(struct ini *ini, const char *section)
{
    static const char *const keys[] = { "at",     "until",     "kind",  "process", "thread", "nth",
                                        "count",  "tag",       "pool",  "bytes",   "every",  "disk",
                                        "factor", "transfers", "error", "cache" };

    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        ini_know(ini, section, keys[i]);
}

static bool lasts(enum fault_kind kind)
{
    return kind != FAULT_CRASH && kind != FAULT_KILL && kind != FAULT_POWER_CUT &&
           kind != FAULT_BAD_PAGE;
}

static void read_times(struct scenario *s, struct ini *ini, const char *section,
                       struct scenario_fault *fault)
{
    if (!ini_get_time(ini, section, "at", 0, SEC(86400) * 7, &fault->at) &&
        !ini_has(ini, section, "at"))
        ini_error(ini, section, NULL, "no time (expected at = when it happens, such as 60 s)");
    /* In a capsule all values have one depth; its run has ended by then. */
    if (fault->at >= s->set.duration && !ini_has(ini, "replay", "fingerprint") &&
        scenario_depth(ini, section, "at") == scenario_depth(ini, "scenario", "duration"))
        scenario_not_before_the_end(ini, section, "at");
    if (lasts(fault->kind) &&
        ini_get_time(ini, section, "until", 0, SEC(86400) * 7, &fault->until) &&
        fault->until <= fault->at)
        ini_error(ini, section, "until", "a time that is not after at (expected a later one)");
}

static void read_fault(struct scenario *s, struct ini *ini, const char *section)
{
    struct scenario_fault *fault = &s->faults[s->fault_count++];
    uint32_t word = 0;

    *fault = (struct scenario_fault){
        .until = SIM_NEVER, .nth = 1, .count = 1, .factor = 10, .bytes = 4096, .every = MS(1)
    };
    snprintf(fault->name, sizeof fault->name, "%.31s", section + 6);
    if (!ini_get_word(ini, section, "kind", kinds, ARRAY_LEN(kinds), &word) &&
        ini_has(ini, section, "kind")) {
        know_all(ini, section);
        return;
    }
    fault->kind = (enum fault_kind)word;
    if (fault->kind == FAULT_LEAK)
        fault->tag = 'L' | 'e' << 8 | 'a' << 16 | (uint32_t)'k' << 24;
    read_times(s, ini, section, fault);
    read_kind(ini, section, fault);
}

/* ---- Which checks may fail ------------------------------------------------------------------- */

static void read_violates(struct scenario *s, struct ini *ini)
{
    char key[24] = "violates";

    for (uint32_t i = 1; i <= EXPECT_SEVERAL; i++) {
        uint32_t check;

        if (ini_get_word(ini, "expect", key, check_names, CHECKS, &check))
            s->expect.violates |= 1u << check;
        snprintf(key, sizeof key, "violates_%u", i + 1);
    }
}

void scenario_read_faults(struct scenario *s, struct ini *ini)
{
    for (uint32_t i = 0; i < ini_section_count(ini); i++) {
        const char *section = ini_section_name(ini, i);

        if (strncmp(section, "fault ", 6) != 0)
            continue;
        if (s->fault_count < SCENARIO_FAULTS_MAX) {
            read_fault(s, ini, section);
            continue;
        }
        ini_error(ini, section, NULL, "more than %d faults (expected at most that many)",
                  SCENARIO_FAULTS_MAX);
        know_all(ini, section);
    }
    read_violates(s, ini);
}
