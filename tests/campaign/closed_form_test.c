/* closed_form_test.c - compares parts of the model with queueing theory: processors as M/M/1 and
 * M/M/c, a disk as M/G/1.
 *
 * Customers arrive by an interrupt that releases a semaphore; threads serve them by computing (the
 * scheduler's queue) or by a write to the disk (the disk's queue). The mean time in the system must
 * agree with Erlang's and with Pollaczek's and Khinchine's formula, within the interval from batch
 * means. The kernel's own costs are set to their least, some microseconds, which are allowed for.
 */
#include "model/kernel/io_disk.h"
#include "model/words/costs.h"
#include "tests/groups.h"
#include "tests/kernel/machine.h"
#include "ui/campaign/stats.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

enum { CUSTOMERS = 60000, BATCHES = 30, SERVERS = 200, WARM_UP = 2000 };

struct station {
    KSEMAPHORE waiting;
    struct rng gaps, services;
    sim_time mean_gap, mean_service;
    bool disk;
    sim_time arrived[CUSTOMERS];
    uint32_t arrivals, begun, done;
    double batch[BATCHES];
};

static struct machine machine;
static struct station station;

static void arrive(void *arg)
{
    struct station *s = arg;

    if (s->arrivals == CUSTOMERS)
        return;
    s->arrived[s->arrivals++] = ke->sim->now;
    KeReleaseSemaphore(&s->waiting, 0, 1, FALSE);
    ke_interrupt_at(ke->sim->now + rng_exponential(&s->gaps, s->mean_gap), 0, arrive, s);
}

static HANDLE open_file(void)
{
    OBJECT_ATTRIBUTES attributes;
    UNICODE_STRING name;
    IO_STATUS_BLOCK iosb;
    HANDLE file = NULL;

    RtlInitUnicodeString(&name, L"\\??\\D:\\queue");
    InitializeObjectAttributes(&attributes, &name, OBJ_KERNEL_HANDLE, NULL, NULL);
    EXPECT(NT_SUCCESS(ZwCreateFile(&file, GENERIC_WRITE, &attributes, &iosb, NULL, 0,
                                   FILE_SHARE_READ | FILE_SHARE_WRITE, FILE_OPEN_IF,
                                   FILE_WRITE_THROUGH | FILE_SYNCHRONOUS_IO_NONALERT, NULL, 0)));
    return file;
}

static void serve(struct station *s, HANDLE file, void *page)
{
    LARGE_INTEGER start = { .QuadPart = 0 };
    IO_STATUS_BLOCK iosb;

    if (s->disk)
        EXPECT(NT_SUCCESS(ZwWriteFile(file, NULL, NULL, NULL, &iosb, page, MM_PAGE, &start, NULL)));
    else
        ke_spend(rng_exponential(&s->services, s->mean_service));
}

static void server(void *context)
{
    struct station *s = context;
    HANDLE file = s->disk ? open_file() : NULL;
    void *page = s->disk ? ExAllocatePoolWithTag(NonPagedPool, MM_PAGE, 'tseT') : NULL;

    if (page != NULL)
        RtlZeroMemory(page, MM_PAGE);
    for (;;) {
        KeWaitForSingleObject(&s->waiting, Executive, KernelMode, FALSE, NULL);
        uint32_t customer = s->begun++;

        serve(s, file, page);
        if (customer >= WARM_UP)
            s->batch[(uint64_t)(customer - WARM_UP) * BATCHES / (CUSTOMERS - WARM_UP)] +=
                (double)(ke->sim->now - s->arrived[customer]) / 1e9;
        if (++s->done == CUSTOMERS)
            sim_finish(ke->sim, SIM_FINISHED);
    }
}

static void open_shop(void *arg)
{
    struct station *s = arg;

    KeInitializeSemaphore(&s->waiting, 0, CUSTOMERS);
    for (uint32_t i = 0; i < SERVERS; i++) {
        struct ke_thread *thread;

        EXPECT(NT_SUCCESS(ps_create_thread(ke->system, server, s, true, "server", &thread)));
    }
    story_sleep(MS(100));
    ke_interrupt_at(ke->sim->now + 1, 0, arrive, s);
    story_sleep(SEC(1000000));
}

/* Mean time in the system, in seconds, with the interval of batch means. */
static struct stats_interval measure(uint32_t processors, sim_time mean_gap, sim_time mean_service,
                                     const struct io_disk_settings *disk)
{
    machine_boot(&machine, processors, 17);
    for (int i = 0; i < COST_COUNT; i++)
        ke->cost[i] = MIN_OF(ke->cost[i], 100u);
    memset(&station, 0, sizeof station);
    station.gaps = rng_stream(17, "gaps");
    station.services = rng_stream(17, "services");
    station.mean_gap = mean_gap;
    station.mean_service = mean_service;
    station.disk = disk != NULL;
    if (disk != NULL)
        io_disk_configure(1, disk);
    assert_null(machine_run_for(&machine, open_shop, &station, SEC(1000000)));
    assert_int_equal(station.done, CUSTOMERS);
    for (int i = 0; i < BATCHES; i++)
        station.batch[i] /= (double)(CUSTOMERS - WARM_UP) / BATCHES;
    machine_close(&machine);
    return stats_mean(station.batch, BATCHES);
}

/* Erlang's C: mean time in the system of M/M/c. */
static double erlang(uint32_t c, double arrival_rate, double service)
{
    double a = arrival_rate * service, term = 1, sum = 1, wait;

    for (uint32_t k = 1; k < c; k++)
        sum += term *= a / k;
    term *= a / c;
    wait = term / (1 - a / c) / (sum + term / (1 - a / c));
    return service + wait * service / (c - a);
}

static void agree(struct stats_interval measured, double wanted, double overhead)
{
    if (!(measured.low <= wanted + overhead && wanted <= measured.high))
        fail_msg("theory says %g s, measured %g (%g..%g)", wanted, measured.point, measured.low,
                 measured.high);
    /* A wide interval would make the test pass always. */
    assert_true((measured.high - measured.low) / measured.point < 0.2);
}

static void one_processor_is_m_m_1(void **state)
{
    (void)state;
    agree(measure(1, MS(10), MS(6), NULL), 0.006 / (1 - 0.6), 50e-6);
}

static void four_processors_are_m_m_c(void **state)
{
    (void)state;
    agree(measure(4, MS(10), MS(30), NULL), erlang(4, 100, 0.030), 100e-6);
    agree(measure(2, MS(10), MS(15), NULL), erlang(2, 100, 0.015), 100e-6);
}

/* Log-normal service of known moments: E[S] = m exp(s^2 / 2), E[S^2] = m^2 exp(2 s^2). */
static double pollaczek_khinchine(double arrival_rate, double median, double sigma)
{
    double mean = median * exp(sigma * sigma / 2),
           second = median * median * exp(2 * sigma * sigma);

    return mean + arrival_rate * second / (2 * (1 - arrival_rate * mean));
}

static void a_disk_is_m_g_1(void **state)
{
    struct io_disk_settings disk = {
        .service_us_median = 5000, .sigma_milli = 600, .per_page_us = 0, .cache_ppm = 0
    };

    (void)state;
    agree(measure(4, MS(10), 0, &disk), pollaczek_khinchine(100, 0.005, 0.6), 100e-6);
    disk.sigma_milli = 0; /* M/D/1. */
    agree(measure(4, MS(8), 0, &disk), pollaczek_khinchine(125, 0.005, 0), 100e-6);
}

/* A station at another load lies outside the interval, so the comparison can fail. */
static void another_load_does_not_agree(void **state)
{
    (void)state;
    struct stats_interval measured = measure(1, MS(10), MS(8), NULL);

    assert_true(measured.low > 0.006 / (1 - 0.6));
}

GROUP(closed_form_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_processor_is_m_m_1),
        cmocka_unit_test(four_processors_are_m_m_c),
        cmocka_unit_test(a_disk_is_m_g_1),
        cmocka_unit_test(another_load_does_not_agree),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
