/* io_storm_test.c - many processes, four processors and many surprises: no stop, no leak, and equal
 * seeds give equal runs.
 *
 * Each process opens, talks to the probe driver and to a disk, leaves requests pending and is
 * sometimes killed in the middle, with and without a debug port. Afterwards every request, handle
 * and block must be gone (facts/nt-kernel.md 5.4, 6.3, 6.5), and the same seed must give the same
 * fingerprint.
 */
#include "model/kernel/ex.h"
#include "model/kernel/io_inside.h"
#include "model/words/choices.h"
#include "tests/groups.h"
#include "tests/kernel/probe_driver.h"

enum { PROCESSES = 6, ROUNDS = 25, WAVES = 6 };

static uint64_t seed, bytes_before, bytes_after, fingerprint;
static uint32_t refused;

static void pick(struct rng *rng, HANDLE file, HANDLE disk, char *page)
{
    static IO_STATUS_BLOCK iosb; /* Outlives every thread. */
    LARGE_INTEGER at = { .QuadPart = (LONGLONG)rng_below(rng, 64) * MM_PAGE };
    struct io_request request = { .kind = rng_odds(rng, 500000) ? IO_WRITE : IO_READ,
                                  .file = disk,
                                  .iosb = &iosb,
                                  .in = page,
                                  .out = page,
                                  .in_bytes = MM_PAGE,
                                  .out_bytes = MM_PAGE,
                                  .offset = &at };

    switch (rng_below(rng, 5)) {
    case 0:
        user_ioctl(file, PROBE_PEND, NULL, 0, NULL, 0, &iosb);
        break;
    case 1:
        user_ioctl(file, PROBE_ECHO, page, 100, page, 100, &iosb);
        break;
    case 2:
        user_sleep(MS(rng_below(rng, 30)));
        break;
    case 3:
        service_enter(SERVICE_NtCancelIoFile);
        service_leave(io_cancel_file(file));
        break;
    default:
        service_enter(SERVICE_NtReadFile);
        service_leave(io_transfer(&request, UserMode));
    }
}

static void client(void *arg)
{
    static const PCWSTR names[] = { L"\\??\\C:\\one", L"\\??\\D:\\two" };
    struct rng rng = rng_stream(seed + (uintptr_t)arg, "client");
    static char page[MM_PAGE];
    IO_STATUS_BLOCK iosb;
    HANDLE disk = NULL;

    for (int round = 0; round < ROUNDS; round++) {
        HANDLE file = user_open(0);

        service_enter(SERVICE_NtCreateFile);
        service_leave(io_create_file(&disk, GENERIC_READ | GENERIC_WRITE, names[(uintptr_t)arg % 2],
                                     0, &iosb, FILE_SHARE_READ | FILE_SHARE_WRITE, FILE_OPEN_IF,
                                     FILE_SYNCHRONOUS_IO_NONALERT, UserMode));
        for (int i = 0; i < 4; i++)
            pick(&rng, file, disk, page);
        user_close(disk);
        if (rng_odds(&rng, 900000))
            user_close(file);
    }
}

static void wave(struct rng *rng, uintptr_t number)
{
    struct ke_process *all[PROCESSES], *debugger = machine_process("drwtsn32.exe");

    for (uintptr_t i = 0; i < PROCESSES; i++)
        all[i] = user_process("client.exe", client, (void *)(number * PROCESSES + i));
    for (uintptr_t i = 0; i < PROCESSES; i++) {
        story_sleep(MS(rng_below(rng, 40)));
        probe_release_one(STATUS_SUCCESS);
        if (i % 3 == 0 && all[i]->header.SignalState == 0) {
            if (i % 2 == 0)
                ps_debug_attach(debugger, all[i]);
            PspTerminateProcess(all[i], STATUS_ACCESS_VIOLATION);
        }
    }
    for (uintptr_t i = 0; i < PROCESSES; i++) {
        KeWaitForSingleObject(all[i], Executive, KernelMode, FALSE, NULL);
        EXPECT(all[i]->handles == NULL && list_empty(&all[i]->threads));
        ObDereferenceObject(all[i]);
    }
    PspTerminateProcess(debugger, STATUS_SUCCESS);
    KeWaitForSingleObject(debugger, Executive, KernelMode, FALSE, NULL);
    ObDereferenceObject(debugger);
    story_sleep(MS(100));
}

/* What rests in the I/O manager's own cache is no leak. */
static uint64_t cached_bytes(void)
{
    uint64_t bytes = 0;

    for (int i = 0; i < IO_STACK_SIZES; i++)
        for (struct io_irp *each = ke->io->lookaside[i]; each != NULL; each = each->part.next_free)
            bytes += NT_IRP_BYTES + (size_t)i * NT_STACK_LOCATION_BYTES;
    return bytes;
}

static uint64_t bytes_in_use(void)
{
    return ex_pool_bytes(NonPagedPool) + ex_pool_bytes(PagedPool) - cached_bytes();
}

static void storm(void *arg)
{
    struct rng rng = rng_stream(seed, "storm");

    (void)arg;
    EXPECT(NT_SUCCESS(probe_load()));
    story_sleep(MS(100));
    bytes_before = bytes_in_use();
    for (uintptr_t i = 0; i < WAVES; i++)
        wave(&rng, i);
    story_sleep(SEC(1));
    bytes_after = bytes_in_use();
    EXPECT(IsListEmpty(&probe.waiting) && probe.device->ReferenceCount == 0);
    EXPECT(probe.create.count == probe.cleanup.count && probe.create.count == probe.close.count);
    EXPECT(NT_SUCCESS(io_unload_driver(PROBE_DRIVER)) && !io_driver_present(PROBE_DRIVER));
    refused = 0;
    for (uint32_t i = 0; i < POOL_TAGS_MAX; i++)
        refused += (uint32_t)ke->ex->tags[i].use.fails;
}

static void run_storm(uint64_t number, uint32_t cpus)
{
    memset(&probe, 0, sizeof probe);
    told.story = storm;
    told.ended = false;
    seed = number;
    machine_boot(&machine, cpus, number);
    machine.sim->choices.strategy = CHOICE_SEEDED;
    machine.sim->choices.budget = UINT32_MAX;
    for (int i = 0; i < CHOICE_COUNT; i++)
        /* 256 surprises, spread over the run. */
        machine.sim->choices.odds_ppm[i] = i == CHOICE_POOL ? 0 : 3000;
    assert_null(machine_run_for(&machine, tell_to_the_end, NULL, SEC(1200)));
    assert_true(told.ended);
    assert_int_equal(bytes_before, bytes_after);
    fingerprint = trace_fingerprint(&machine.sim->trace);
    machine_close(&machine);
}

static void nothing_stops_and_nothing_leaks(void **state)
{
    (void)state;
    for (uint32_t cpus = 1; cpus <= 4; cpus++)
        for (uint64_t number = 1; number <= 15; number++)
            run_storm(number, cpus);
}

static void the_same_seed_gives_the_same_run(void **state)
{
    uint64_t first;

    (void)state;
    run_storm(9, 2);
    first = fingerprint;
    run_storm(9, 2);
    assert_int_equal(first, fingerprint);
    run_storm(10, 2);
    assert_int_not_equal(first, fingerprint);
}

GROUP(io_storm_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_stops_and_nothing_leaks),
        cmocka_unit_test(the_same_seed_gives_the_same_run),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
