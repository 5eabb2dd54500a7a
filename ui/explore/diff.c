/* diff.c - see diff.h. Both runs are recordings with a debugger on each. */
#include "ui/explore/diff.h"
#include "model/words/names.h"
#include "ui/kd/kd.h"
#include "ui/recording/recording.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static bool open_run(struct diff *diff, int run, const struct scenario *scenario, uint64_t seed,
                     sim_time until, char error[DIFF_ERROR_CHARS])
{
    struct recording *recording;

    diff->kd[run] = kd_open(
        &(struct kd_options){
            .scenario = scenario, .seed = seed, .until = until, .out = stdout, .errors = stderr },
        error);
    if (diff->kd[run] == NULL)
        return false;
    recording = kd_recording(diff->kd[run]);
    recording_lock(recording);
    diff->records[run] = recording_status(recording)->records;
    recording_unlock(recording);
    return true;
}

/* Finds the first record that differs; details of both runs are waited for. */
static void find_difference(struct diff *diff)
{
    struct recording *one = kd_recording(diff->kd[0]), *other = kd_recording(diff->kd[1]);
    enum recording_found found;

    do {
        recording_wait(one);
        recording_wait(other);
        recording_lock(one);
        recording_lock(other);
        found = recording_difference(one, other, &diff->number);
        recording_unlock(other);
        recording_unlock(one);
    } while (found == FOUND_PENDING);
    diff->same = found == FOUND_NO;
}

static bool count_kind(struct world *world, const struct record *record, uint64_t number, void *ctx)
{
    uint64_t *counts = ctx;

    (void)world, (void)number;
    if (record->kind < DIFF_KINDS_MAX)
        counts[record->kind]++;
    return false;
}

struct diff *diff_open(const struct scenario *const scenarios[2], const uint64_t seeds[2],
                       sim_time until, char error[DIFF_ERROR_CHARS])
{
    struct diff *diff = calloc(1, sizeof *diff);

    CHECK(diff != NULL && record_kind_count <= DIFF_KINDS_MAX);
    for (int run = 0; run < 2; run++)
        if (!open_run(diff, run, scenarios[run], seeds[run], until, error)) {
            diff_close(diff);
            return NULL;
        }
    find_difference(diff);
    for (int run = 0; run < 2 && !diff->same; run++) {
        struct recording *recording = kd_recording(diff->kd[run]);
        uint64_t from = MAX_OF(diff->number, recording_first(recording));

        if (from < diff->records[run])
            recording_visit(recording, &(struct recording_visit){ .from = from,
                                                                  .to = diff->records[run],
                                                                  .see = count_kind,
                                                                  .ctx = diff->counts[run] });
    }
    return diff;
}

void diff_close(struct diff *diff)
{
    if (diff == NULL)
        return;
    kd_close(diff->kd[0]);
    kd_close(diff->kd[1]);
    free(diff);
}

void diff_show(struct diff *diff, int run, FILE *out)
{
    if (diff->number >= diff->records[run]) {
        fprintf(out, "  the run is over: it has %" PRIu64 " records\n", diff->records[run]);
        return;
    }
    if (diff->number < recording_first(kd_recording(diff->kd[run]))) {
        fprintf(out, "  record %" PRIu64 ", while the machine is made\n", diff->number);
        return;
    }
    kd_print_to(diff->kd[run], out, stderr);
    kd_go(diff->kd[run], diff->number);
    kd_line(diff->kd[run], "!position; k");
}
