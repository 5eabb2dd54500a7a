/* queue_exifsim.c - queues on the simulated kernel, and the whole mail server. usage: queue_exifsim
 * mmc|mail|server CUSTOMERS SCENARIO.ini
 *
 * mmc: Poisson arrivals, four processors, exponential service: threads that wait for a semaphore
 * and compute. mail: threads that compute, write a page to the streaming disk and one to the log
 * disk, and compute again: the peers' four stations. server: every message takes its full way
 * through the product, with hundreds of kernel calls; no peer does that. */
#include "bench.h"
#include "model/kernel/io_disk.h"
#include "model/kernel/kernel.h"
#include "model/kernel/mm.h"
#include "model/kernel/ps.h"
#include "model/words/choices.h"
#include "model/world/world.h"
#include <string.h>

enum { SERVERS = 64 };

static struct {
    KSEMAPHORE waiting;
    struct rng gaps, services;
    uint64_t arrivals, done, customers;
    bool mail;
} shop;

static void arrive(void *arg)
{
    (void)arg;
    if (shop.arrivals++ == shop.customers)
        return;
    KeReleaseSemaphore(&shop.waiting, 0, 1, FALSE);
    ke_interrupt_at(ke->sim->now + rng_exponential(&shop.gaps, shop.mail ? SEC(1) / 24 : MS(10)), 0,
                    arrive, NULL);
}

static HANDLE open_disk(PCWSTR path)
{
    OBJECT_ATTRIBUTES attributes;
    UNICODE_STRING name;
    IO_STATUS_BLOCK iosb;
    HANDLE file = NULL;

    RtlInitUnicodeString(&name, path);
    InitializeObjectAttributes(&attributes, &name, OBJ_KERNEL_HANDLE, NULL, NULL);
    ZwCreateFile(&file, GENERIC_WRITE, &attributes, &iosb, NULL, 0,
                 FILE_SHARE_READ | FILE_SHARE_WRITE, FILE_OPEN_IF,
                 FILE_WRITE_THROUGH | FILE_SYNCHRONOUS_IO_NONALERT, NULL, 0);
    return file;
}

static void write_page(HANDLE file)
{
    static char page[MM_PAGE];
    LARGE_INTEGER start = { .QuadPart = 0 };
    IO_STATUS_BLOCK iosb;

    ZwWriteFile(file, NULL, NULL, NULL, &iosb, page, sizeof page, &start, NULL);
}

static void serve(void *context)
{
    HANDLE stm = shop.mail ? open_disk(L"\\??\\E:\\stm") : NULL,
           log = shop.mail ? open_disk(L"\\??\\C:\\log") : NULL;

    (void)context;
    for (;;) {
        KeWaitForSingleObject(&shop.waiting, Executive, KernelMode, FALSE, NULL);
        ke_spend(rng_exponential(&shop.services, shop.mail ? MS(3) : MS(30)));
        if (shop.mail) {
            write_page(stm);
            write_page(log);
            ke_spend(rng_exponential(&shop.services, US(2600)));
        }
        if (++shop.done == shop.customers)
            sim_finish(ke->sim, SIM_FINISHED);
    }
}

static void open_shop(void *context)
{
    (void)context;
    KeInitializeSemaphore(&shop.waiting, 0, 0x7fffffff);
    for (int i = 0; i < SERVERS; i++) {
        struct ke_thread *thread;

        ps_create_thread(ke->system, serve, NULL, true, "server", &thread);
    }
    arrive(NULL);
}

static void run_queue(void)
{
    struct sim_limits limits = { AGENDA_ENTRIES_MAX, THREADS_MAX, FIBER_STACK_BYTES, CHOICE_COUNT };
    struct arena arena;
    struct ke_thread *thread;

    if (!arena_open(&arena, ARENA_BYTES, "ARENA_BYTES"))
        exit(1);
    kernel_new(sim_new(&arena, &limits, 1), 4);
    io_disk_configure(0, &(struct io_disk_settings){ 2500, 600, 0, 0 });
    io_disk_configure(2, &(struct io_disk_settings){ 4000, 500, 0, 0 });
    shop.gaps = rng_stream(1, "gaps");
    shop.services = rng_stream(1, "services");
    ps_create_thread(ke->system, open_shop, NULL, true, "shop", &thread);
    double begin = bench_now();

    sim_run(ke->sim, SIM_NEVER);
    bench_result(shop.mail ? "queue-mail" : "queue-mmc", "exifsim", 4,
                 (bench_now() - begin) / (double)shop.done, 0);
}

static void run_server(const char *path)
{
    struct scenario scenario;
    struct ini *ini = ini_read(path);

    if (!scenario_read(&scenario, ini, path))
        exit(2);
    scenario.set.duration = SEC(shop.customers / (scenario_rate_milli(&scenario) / 1000));
    struct world *world = world_new(&scenario, 1);
    double begin = bench_now();

    world_run(world, SIM_NEVER);
    bench_result("queue-mail", "whole-server", 4,
                 (bench_now() - begin) / (double)world_result(world)->delivered, 0);
}

int main(int argc, char **argv)
{
    if (argc != 4)
        return 2;
    shop.customers = strtoull(argv[2], NULL, 0);
    shop.mail = strcmp(argv[1], "mail") == 0;
    if (strcmp(argv[1], "server") == 0)
        run_server(argv[3]);
    else
        run_queue();
    return 0;
}
