/* inspect_test.c - inspect_take copies the state of a world and does not change the world. */
#include "model/look/inspect.h"
#include "model/kernel/ke.h"
#include "model/words/records.h"
#include "tests/groups.h"
#include "tests/server/night.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* A look at some records of a run, from inside: every `step`th of those from `first` to `last`. */
struct onlooker {
    struct world *world;
    struct inspect *look;
    uint64_t first, last, step, looks;
    uint16_t kind;         /* Kind of record at whose first occurrence `found` is taken; 0: none. */
    struct inspect *found; /* The machine at that record. */
};

static void look_on(const struct record *r, uint64_t number, void *context)
{
    struct onlooker *self = context;

    if (self->kind != 0 && r->kind == self->kind) {
        inspect_take(self->world, self->found);
        self->kind = 0;
    }
    if (self->step == 0 || number < self->first || number > self->last || number % self->step != 0)
        return;
    inspect_take(self->world, self->look);
    assert_true(self->look->whole && self->look->record == number);
    self->looks++;
}

static void begin_watched(struct night *night, uint64_t seed, struct onlooker *onlooker)
{
    night_begin(night, seed);
    onlooker->world = night->world;
    world_sim(night->world)->trace.watch = look_on;
    world_sim(night->world)->trace.watch_ctx = onlooker;
}

static struct onlooker onlooker_new(void)
{
    struct onlooker onlooker = { .look = inspect_new(), .found = inspect_new() };

    assert_true(onlooker.look != NULL && onlooker.found != NULL);
    return onlooker;
}

static void onlooker_free(struct onlooker *onlooker)
{
    inspect_free(onlooker->look);
    inspect_free(onlooker->found);
}

/* ---- It changes nothing ---------------------------------------------------------------------- */

static void a_run_that_is_looked_at_is_the_same_run(void **state)
{
    struct onlooker onlooker = onlooker_new();
    struct night night;

    (void)state;
    night_read(&night, "kb908674.ini", NULL);
    night_run(&night, 2);
    uint64_t print = night.result.fingerprint;

    assert_true(night.result.stop.stopped);
    night_end(&night);
    onlooker.last = UINT64_MAX;
    onlooker.step = 10000;
    begin_watched(&night, 2, &onlooker);
    night_go(&night);
    assert_true(night.result.fingerprint == print);
    assert_true(onlooker.looks > 50);
    night_end(&night);
    onlooker_free(&onlooker);
}

/* Not a byte below the stacks, seen from outside. */
static void not_a_byte_of_the_world_changes(void **state)
{
    struct inspect *look = inspect_new();
    struct inspect_gauges gauges;
    struct night night;

    (void)state;
    night_read(&night, "kb908674.ini", NULL);
    night_begin(&night, 2);
    for (int second = 0; second < 20; second++) {
        world_run(night.world, SEC(second));
        const struct arena *arena = world_sim(night.world)->arena;
        size_t used = arena->used;
        void *copy = malloc(used);

        assert_non_null(copy);
        memcpy(copy, arena->base, used);
        inspect_take(night.world, look);
        inspect_gauges(night.world, &gauges);
        assert_true(arena->used == used && memcmp(copy, arena->base, used) == 0);
        free(copy);
    }
    night_end(&night);
    inspect_free(look);
}

static bool same_array(const void *one, uint32_t one_count, const void *other, uint32_t other_count,
                       size_t size)
{
    return one_count == other_count &&
           (one_count == 0 || memcmp(one, other, one_count * size) == 0);
}
#define SAME(array, one) \
    same_array(a->array, a->one##_count, b->array, b->one##_count, sizeof *a->array)

static void assert_same(const struct inspect *a, const struct inspect *b)
{
    assert_true(a->now == b->now && a->record == b->record && a->executing == b->executing);
    assert_memory_equal(&a->gauges, &b->gauges, sizeof a->gauges);
    assert_memory_equal(a->processors, b->processors, sizeof a->processors);
    assert_true(SAME(processes, process));
    assert_true(SAME(threads, thread));
    assert_true(SAME(irps, irp));
    assert_true(SAME(handles, handle));
    assert_true(SAME(files, file));
    assert_true(SAME(pools, pool));
    assert_true(SAME(log, log));
    assert_true(SAME(pages, page));
    assert_true(SAME(lent, lent));
    assert_true(SAME(requests, request));
    assert_true(SAME(streams, stream));
}

/* The same record of the same run, reached once straight on and once from a snapshot. */
static void a_look_after_a_restore_is_the_same(void **state)
{
    struct onlooker onlooker = onlooker_new();
    struct inspect *before = inspect_new(), *rest = inspect_new();
    struct night night;

    (void)state;
    night_read(&night, "kb908674.ini", NULL);
    begin_watched(&night, 2, &onlooker);
    world_run(night.world, SEC(9));
    struct snapshot *snapshot = world_snapshot(night.world);

    inspect_take(night.world, rest);
    assert_true(rest->thread_count > 50);
    onlooker.first = onlooker.last = rest->record + 12345;
    onlooker.step = 1;
    world_run(night.world, SEC(12));
    assert_int_equal(onlooker.looks, 1);
    struct inspect *straight = onlooker.look;

    onlooker.look = before;
    world_restore(night.world, snapshot);
    world_sim(night.world)->trace.watch = look_on; /* The restored world has its own watcher. */
    world_sim(night.world)->trace.watch_ctx = &onlooker;
    struct inspect *again = inspect_new();

    inspect_take(night.world, again);
    assert_same(rest, again);
    world_run(night.world, SEC(12));
    assert_int_equal(onlooker.looks, 2);
    assert_same(straight, onlooker.look);
    assert_true(straight->record == rest->record + 12345);
    snapshot_free(snapshot);
    night_end(&night);
    inspect_free(straight);
    inspect_free(rest);
    inspect_free(again);
    onlooker_free(&onlooker);
}

/* Wherever a record is written there is something whole to look at: at the start, where nothing is
 * made yet, while processes die and come again, and with a driver that does everything wrong. */
static void any_record_will_do(void **state)
{
    static const struct {
        const char *file;
        uint64_t first, last, step;
    } stretches[] = {
        { "kb908674.ini", 0, 6000, NIGHT_SANITIZED ? 7 : 1 },
        { "kb908674.ini", 985000, 1100000, NIGHT_SANITIZED ? 47 : 7 },
        { "crash_without_load.ini", 0, UINT64_MAX, NIGHT_SANITIZED ? 997 : 83 },
        { "store_dies.ini", 0, UINT64_MAX, NIGHT_SANITIZED ? 997 : 29 },
        { "h5_exit_attached.ini", 0, UINT64_MAX, NIGHT_SANITIZED ? 97 : 11 },
        { "mixed_ese.ini", 0, 100000, NIGHT_SANITIZED ? 97 : 31 },
    };
    struct onlooker onlooker = onlooker_new();
    struct night night;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(stretches); i++) {
        night_read(&night, stretches[i].file, NULL);
        onlooker.first = stretches[i].first;
        onlooker.last = stretches[i].last;
        onlooker.step = stretches[i].step;
        onlooker.looks = 0;
        begin_watched(&night, night.scenario.seed, &onlooker);
        night_go(&night);
        assert_true(onlooker.looks > 50);
        night_end(&night);
    }
    onlooker_free(&onlooker);
}

/* ---- What it tells --------------------------------------------------------------------------- */

static uint32_t process_named(const struct inspect *look, const char *name)
{
    for (uint32_t i = 0; i < look->process_count; i++)
        if (strcmp(look->processes[i].name, name) == 0)
            return i;
    fail_msg("no %s", name);
    return 0;
}

static void assert_consistent(const struct inspect *look)
{
    const uint64_t *value = look->gauges.value;
    uint64_t pool[2] = { 0 }, pages[INSPECT_PAGE_STATES] = { 0 };
    uint32_t irps = 0, threads = 0, handles = 0, ready = 0;

    for (uint32_t i = 0; i < look->pool_count; i++)
        pool[look->pools[i].type] += look->pools[i].use.bytes;
    assert_true(pool[0] == value[GAUGE_POOL_NONPAGED] && pool[1] == value[GAUGE_POOL_PAGED]);
    for (uint32_t i = 0; i < look->page_count; i++)
        pages[look->pages[i] & INSPECT_PAGE_STATE]++;
    for (uint32_t i = 0; i < INSPECT_PAGE_STATES; i++)
        assert_true(pages[i] == value[GAUGE_STM_FREE + i]);
    for (uint32_t i = 0; i < look->thread_count; i++) {
        irps += look->threads[i].irp_count;
        ready += look->threads[i].state == KE_READY;
    }
    assert_int_equal(irps, look->irp_count);
    assert_int_equal(ready, value[GAUGE_THREADS_READY]);
    for (uint32_t i = 0; i < look->process_count; i++) {
        threads += look->processes[i].thread_count;
        handles += look->processes[i].handle_count;
    }
    assert_int_equal(threads, look->thread_count);
    assert_int_equal(handles, look->handle_count + look->handles_dropped);
}

static void a_quiet_moment(void **state)
{
    struct inspect *look = inspect_new();
    struct night night;

    (void)state;
    night_read(&night, "kb908674.ini", NULL);
    night_begin(&night, 2);
    for (int second = 1; second < 40; second += 3) {
        world_run(night.world, SEC(second));
        inspect_take(night.world, look);
        assert_consistent(look);
    }
    uint32_t store = process_named(look, "store.exe"),
             inetinfo = process_named(look, "inetinfo.exe");
    const struct inspect_thread *proxy = inspect_thread_named(look, "store.exe", "proxy");

    assert_int_equal(look->processes[store].address, 0xff2a6d88);
    assert_int_equal(look->processes[inetinfo].address, 0xfdd95978);
    assert_string_equal(look->processes[inetinfo].name, "inetinfo.exe");
    assert_int_equal(look->processes[store].handle_count, look->gauges.value[GAUGE_HANDLES_STORE]);
    assert_true(look->processes[store].cpu_time > 0);
    assert_string_equal(look->driver_build, "6.5.7638.1");
    assert_true(look->page_count >= 8192 &&
                look->lent_count == night.scenario.set.store.lending_entries);
    for (uint32_t i = 0; i < look->lent_count; i++)
        assert_true(look->lent[i].readable && look->lent[i].sound);
    assert_true(look->file_count > 5 && look->log_count >= 1);

    /* A proxy thread rests in the driver, with the request that says so. */
    assert_non_null(proxy);
    assert_int_equal(proxy->process, store);
    assert_int_equal(proxy->state, KE_WAITING);
    assert_true(proxy->wait_count == 1 && proxy->waits[0].address != 0 && proxy->irp_count == 1);
    assert_string_equal(inspect_service_name(proxy->service), "NtWaitForSingleObject");
    assert_ptr_equal(inspect_thread(look, proxy->id), proxy);
    assert_ptr_equal(inspect_thread_at(look, proxy->address), proxy);
    for (uint32_t i = 0; i < look->irp_count; i++)
        if (look->irps[i].thread == proxy->id) {
            assert_int_equal(look->irps[i].device, look->driver_device);
            assert_true(look->irps[i].pending && look->irps[i].cancelable);
            assert_string_equal(inspect_major_name(look->irps[i].major), "IRP_MJ_DEVICE_CONTROL");
            assert_string_equal(
                inspect_type_name(inspect_handle_to(look, look->irps[i].file)->type), "File");
        }
#if (defined(__x86_64__) || defined(__aarch64__)) && !defined(_WIN32)
    for (uint32_t i = 0; i < look->thread_count; i++)
        assert_true(look->threads[i].frame_count > 1);
    assert_true(proxy->frame_count > 8);
#endif
    night_end(&night);
    inspect_free(look);
}

/* The moment of the stop: whose thread, attached to whom. */
static void the_stop(void **state)
{
    struct onlooker onlooker = onlooker_new();
    struct inspect *look = onlooker.found, *after = onlooker.look;
    struct night night;

    (void)state;
    onlooker.kind = REC_STOP;
    night_read(&night, "kb908674.ini", NULL);
    begin_watched(&night, 2, &onlooker);
    night_go(&night);
    const struct inspect_thread *thread = inspect_thread(look, look->stop.thread);

    assert_true(look->stop.stopped && look->stop.code == 5);
    assert_non_null(thread);
    assert_int_equal(thread->attach_index, 1);
    assert_int_equal(thread->apc_process, 0xff2a6d88);
    assert_int_equal(thread->apc_process, look->stop.current.address);
    assert_int_equal(thread->saved_apc_process, look->stop.owner.address);
    assert_string_equal(look->processes[thread->process].name, "drwtsn32.exe");
    assert_int_equal(look->processes[process_named(look, "store.exe")].debugger,
                     look->stop.owner.address);
    assert_true(thread->running);
    assert_int_equal(look->processors[thread->processor].thread, thread->id);
    assert_int_equal(look->processors[thread->processor].cr3, 0xff2a6d88);
    /* Read on its own stack, it stands where the stop found it. */
    for (uint32_t i = 0; i < thread->frame_count; i++)
        if (thread->frames[i] == look->stop.frames[1] && i > 0) {
            assert_true(i + 5 < thread->frame_count);
            assert_memory_equal(&thread->frames[i], &look->stop.frames[1], 5 * sizeof(void *));
            thread = NULL;
            break;
        }
    assert_true(thread == NULL || look->stop.frame_count == 0);
    inspect_take(night.world, after); /* And from outside, when all is over. */
    assert_int_equal(after->stop.thread, look->stop.thread);
    assert_int_equal(after->end, SIM_STOPPED);
    night_end(&night);
    onlooker_free(&onlooker);
}

/* The first wrong byte is in the lending table: the entry the store stumbles over is not sound. */
static void the_wrong_bytes_can_be_seen(void **state)
{
    struct onlooker onlooker = onlooker_new();
    const struct inspect *look = onlooker.found;
    const struct inspect_lent *broken = NULL;
    struct night night;

    (void)state;
    onlooker.kind = REC_TAINTED_READ;
    night_read(&night, "kb908674.ini", NULL);
    begin_watched(&night, 2, &onlooker);
    night_go(&night);
    for (uint32_t i = 0; i < look->lent_count; i++)
        if (!look->lent[i].sound)
            broken = &look->lent[i];
    assert_non_null(broken);
    assert_true(broken->readable);
    night_end(&night);
    onlooker_free(&onlooker);
}

/* Somebody waits for the store: whose request it is, and that it is asked. */
static void a_request_that_waits(void **state)
{
    struct inspect *look = inspect_new();
    struct inspect_gauges gauges;
    struct night night;
    uint32_t seen = 0;

    (void)state;
    night_read(&night, "kb908674.ini", NULL);
    night_begin(&night, 2);
    for (sim_time at = SEC(1); at < SEC(78); at += MS(5)) {
        world_run(night.world, at);
        inspect_gauges(night.world, &gauges);
        if (gauges.value[GAUGE_REQUESTS_WAITING] == 0)
            continue;
        inspect_take(night.world, look);
        for (uint32_t i = 0; i < look->request_count; i++) {
            const struct inspect_request *request = &look->requests[i];

            if (request->ahead)
                continue;
            assert_int_equal(request->state, 1);
            assert_true(request->ask != INSPECT_ASK_IDLE);
            assert_non_null(inspect_irp_at(look, request->irp));
            assert_int_equal(request->peer, 0xff2a6d88);
            assert_non_null(inspect_process_at(look, request->owner));
            seen++;
        }
    }
    assert_true(seen > 0);
    night_end(&night);
    inspect_free(look);
}

static void words(void **state)
{
    (void)state;
    for (int i = 0; i < GAUGE_COUNT; i++)
        assert_true(inspect_gauge_names[i][0] != 0 && inspect_gauge_units[i] != NULL);
    assert_string_equal(inspect_wait_reason_name(UserRequest), "UserRequest");
    assert_string_equal(inspect_state_name(KE_WAITING), "waiting");
    assert_string_equal(inspect_page_name(INSPECT_PAGE_DELETED), "deleted");
    assert_string_equal(inspect_server_name(1), "MSExchangeIS");
    assert_string_equal(inspect_server_state_name(4), "running");
    assert_string_equal(inspect_wait_type_name(99), "?");
}

GROUP(inspect_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_run_that_is_looked_at_is_the_same_run),
        cmocka_unit_test(not_a_byte_of_the_world_changes),
        cmocka_unit_test(a_look_after_a_restore_is_the_same),
        cmocka_unit_test(any_record_will_do),
        cmocka_unit_test(a_quiet_moment),
        cmocka_unit_test(the_stop),
        cmocka_unit_test(the_wrong_bytes_can_be_seen),
        cmocka_unit_test(a_request_that_waits),
        cmocka_unit_test(words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
