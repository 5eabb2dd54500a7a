/* clues.c - see clues.h: the questions that clues.def asks of the evidence. */
#include "ui/report/clues.h"
#include "model/world/guests.h"
#include "model/words/builds.h"
#include <stdio.h>
#include <string.h>

static const struct stop *stop(const struct evidence *e) { return &e->result->stop; }

static bool is_stop(const struct evidence *e, uint32_t code)
{
    return stop(e)->stopped && stop(e)->code == code;
}

static bool stopped(const struct evidence *e) { return stop(e)->stopped; }
static bool stop_5(const struct evidence *e) { return is_stop(e, 0x5); }
static bool stop_1(const struct evidence *e) { return is_stop(e, 0x1); }
static bool attached(const struct evidence *e) { return stop_5(e) && stop(e)->args[2] == 1; }
static bool no_dpc(const struct evidence *e) { return stop_5(e) && stop(e)->args[3] == 0; }
static bool in_dpc(const struct evidence *e) { return stop_5(e) && stop(e)->in_dpc; }

static bool by_legacy_attach(const struct evidence *e)
{
    return evidence_frames(e, "nt!KeAttachProcess") > 0;
}

static bool driver_on_stack(const struct evidence *e) { return evidence_frames(e, "exifs!") > 0; }

static bool no_driver_at_stop(const struct evidence *e)
{
    return stop(e)->stopped && !driver_on_stack(e);
}

static bool http_at_stop(const struct evidence *e) { return evidence_frames(e, "http!") > 0; }

static bool filter_at_stop(const struct evidence *e)
{
    return evidence_frames(e, "tdifilter!") > 0;
}

static bool swept_by_another(const struct evidence *e)
{
    return evidence_frames(e, "nt!ObClearProcessHandleTable") > 0;
}

static bool driver_twice(const struct evidence *e)
{
    return evidence_frames(e, "nt!IofCallDriver") > 1 && evidence_frames(e, "nt!ZwClose") > 0 &&
           driver_on_stack(e);
}

static bool through_apc(const struct evidence *e)
{
    return evidence_frames(e, "nt!KiDeliverApc") > 0;
}

static bool through_exit(const struct evidence *e)
{
    return evidence_frames(e, "nt!PspExitThread") > 0;
}

static bool at_service_exit(const struct evidence *e)
{
    return evidence_frames(e, "nt!service_leave") > 0 && !driver_on_stack(e);
}

/* Dr. Watson logged a crash before the stop. */
static bool crash_logged(const struct evidence *e)
{
    return evidence_events(e, "Application Error", 1000, NULL) > 0;
}

static bool crash_of_two(const struct evidence *e)
{
    return evidence_events(e, "Application Error", 1000, "store.exe") +
               evidence_events(e, "Application Error", 1000, "inetinfo.exe") >
           0;
}

static bool no_crash(const struct evidence *e) { return !crash_logged(e); }

/* The process of Arg2, as !process shows it. A debugger or an exit time there means that it
 * crashed. */
static const struct inspect_process *process_of_arg2(const struct evidence *e)
{
    return stop_5(e) ? inspect_process_at(e->look, stop(e)->args[1]) : NULL;
}

static bool arg2_dies(const struct evidence *e)
{
    const struct inspect_process *p = process_of_arg2(e);

    return p != NULL && (p->debugger != 0 || p->exiting);
}

static bool arg2_lives(const struct evidence *e)
{
    return attached(e) && by_legacy_attach(e) && process_of_arg2(e) != NULL && !arg2_dies(e);
}

/* !thread: the saved APC state of the stopped thread is that of its own process. */
static bool saved_is_owner(const struct evidence *e)
{
    const struct inspect_thread *t = inspect_thread(e->look, e->look->stop.thread);

    return t != NULL && t->process != INSPECT_NOBODY &&
           t->saved_apc_process == e->look->processes[t->process].address;
}

static bool saved_is_strange(const struct evidence *e)
{
    return stop(e)->stopped && e->look->stop.thread != 0 && stop(e)->index == 1 &&
           !saved_is_owner(e);
}

static bool saved_is_right(const struct evidence *e) { return stop_1(e) && saved_is_owner(e); }

static bool new_driver(const struct evidence *e)
{
    const struct build *build = build_find(e->look->driver_build);

    return build != NULL && build->image == BUILD_IMAGE_NEW;
}

static bool product_driver(const struct evidence *e)
{
    const struct build *build = build_find(e->look->driver_build);

    return build != NULL && build->files == BUILD_FILES_ALL;
}

static bool foreign_driver(const struct evidence *e)
{
    return e->look->driver_build[0] != 0 && !product_driver(e);
}

static bool foreign_driver_at_5(const struct evidence *e) { return stop_5(e) && foreign_driver(e); }

static bool system_stood(const struct evidence *e) { return !stop(e)->stopped; }

static bool service_ended(const struct evidence *e)
{
    return evidence_events(e, "Service Control Manager", 7031, NULL) > 0;
}

static bool no_service_ended(const struct evidence *e) { return !service_ended(e); }

static bool service_timed_out(const struct evidence *e)
{
    return evidence_events(e, "Service Control Manager", 7011, NULL) > 0 ||
           evidence_console(e, "System error 1053");
}

/* Event 9519 holds this engine error, in hexadecimal. */
static bool mount_error(const struct evidence *e, const char *code)
{
    return evidence_events(e, "MSExchangeIS", 9519, code) > 0;
}

static bool error_2239(const struct evidence *e) { return mount_error(e, "0xfffff741"); }
static bool error_2219(const struct evidence *e) { return mount_error(e, "0xfffff755"); }
static bool error_2218(const struct evidence *e) { return mount_error(e, "0xfffff756"); }
static bool error_2229(const struct evidence *e) { return evidence_error(e, -2229); }

static bool does_not_mount(const struct evidence *e)
{
    return evidence_events(e, "MSExchangeIS", 9519, NULL) > 0;
}

static bool system_error_2(const struct evidence *e)
{
    return evidence_console(e, "System error 2 has occurred.");
}

static bool driver_fails_to_start(const struct evidence *e)
{
    return evidence_events(e, "Service Control Manager", 7000, "EXIFS") > 0;
}

static bool unload_pending(const struct evidence *e) { return evidence_console(e, "STOP_PENDING"); }

static bool no_service_pack(const struct evidence *e)
{
    return evidence_console(e, "Service Pack 2 must be installed");
}

static bool error_logged(const struct evidence *e)
{
    for (uint32_t i = 0; i < e->look->log_count; i++)
        if (e->look->log[i].severity == LOG_ERROR)
            return true;
    return false;
}

static bool all_well(const struct evidence *e) { return system_stood(e) && !error_logged(e); }

static bool mail_flows(const struct evidence *e)
{
    return e->result->delivered > 0 && e->result->delivered * 10 >= e->result->arrived * 9;
}

static bool file_missing(const struct evidence *e)
{
    return mount_error(e, "0xfffff764") || mount_error(e, "0xfffff763");
}

static bool recovery_failed(const struct evidence *e)
{
    return evidence_events(e, "ESE98", 454, NULL) > 0;
}

static bool interface_failed(const struct evidence *e)
{
    return evidence_events(e, "MSExchangeIS", 9542, "WIN32 failed; Error ecServerOOM.") > 0;
}

static bool wrapper_failed(const struct evidence *e)
{
    return evidence_events(e, "EXOLEDB", 118, NULL) > 0;
}

static bool store_not_initialized(const struct evidence *e)
{
    return evidence_events(e, "MSExchangeIS", 5000, NULL) > 0;
}

static bool error_2235(const struct evidence *e) { return mount_error(e, "0xfffff745"); }

static bool partially_attached(const struct evidence *e)
{
    return evidence_events(e, "ESE98", 470, "Attachment stage: 4.") > 0;
}

static bool damage_hidden(const struct evidence *e)
{
    return evidence_console(e, "Initiating DEFRAGMENTATION mode") && evidence_garbled_pages(e) > 0;
}

static bool hidden_from_backups(const struct evidence *e)
{
    return damage_hidden(e) && evidence_events(e, "ESE", 222, NULL) > 0 &&
           evidence_events(e, "ESE", 217, NULL) == 0;
}

static bool error_613(const struct evidence *e)
{
    return evidence_events(e, "ESE", 0, "error -613") > 0;
}

static bool page_mismatch(const struct evidence *e)
{
    return evidence_events(e, "ESE", 478, "page checksum mismatch") > 0;
}

static bool backup_failed(const struct evidence *e)
{
    return evidence_events(e, "ESE", 217, NULL) > 0;
}

static bool machine_off(const struct evidence *e)
{
    return e->result->power_cut && !stop(e)->stopped;
}

static bool off_without_stop(const struct evidence *e)
{
    return evidence_events(e, "EventLog", 6008, NULL) > evidence_events(e, "Save Dump", 1001, NULL);
}

static bool commits_of_zeros(const struct evidence *e)
{
    return machine_off(e) && evidence_commits_of_zeros(e) > 0;
}

static bool bad_page_of_zeros(const struct evidence *e)
{
    return off_without_stop(e) && evidence_bad_pages_of_zeros(e) > 0;
}

static bool error_2233(const struct evidence *e) { return evidence_error(e, -2233); }
static bool error_1011(const struct evidence *e) { return evidence_error(e, -1011); }
static bool error_510(const struct evidence *e) { return evidence_error(e, -510); }
static bool error_any(const struct evidence *e) { return e->result->first_error != 0; }

static bool pool_exhausted(const struct evidence *e)
{
    return evidence_events(e, "Srv", 2019, NULL) > 0;
}

static bool paged_exhausted(const struct evidence *e)
{
    return evidence_events(e, "Srv", 2020, NULL) > 0;
}

/* poolmon -p: the tag of paged pool with most allocations is that of tokens. */
static bool tokens_in_paged(const struct evidence *e)
{
    const struct inspect_pool_use *most = NULL;

    for (uint32_t i = 0; i < e->look->pool_count; i++)
        if (e->look->pools[i].type == INSPECT_PAGED &&
            (most == NULL || e->look->pools[i].use.allocs > most->allocs))
            most = &e->look->pools[i].use;
    return most != NULL && memcmp(&most->tag, "Toke", 4) == 0;
}

/* True for Exchange's own programs and the administrator's shell. */
static bool is_known(const char *image)
{
    static const char *const known[] = { "store.exe", "inetinfo.exe", "w3wp.exe", "cmd.exe" };

    for (size_t i = 0; i < ARRAY_LEN(known); i++)
        if (strcmp(image, known[i]) == 0)
            return true;
    return false;
}

/* handle -a: some other program has opened files of ExIFS' device by name. */
static bool foreign_reader(const struct evidence *e)
{
    for (uint32_t i = 0; i < e->look->file_count; i++) {
        const struct inspect_file *file = &e->look->files[i];

        if (file->device == e->look->driver_device && file->name[0] != 0 &&
            file->process != INSPECT_NOBODY && !is_known(e->look->processes[file->process].name))
            return true;
    }
    return false;
}

static bool stop_19(const struct evidence *e) { return is_stop(e, 0x19); }
static bool driver_at_stop_19(const struct evidence *e) { return stop_19(e) && driver_on_stack(e); }

/* NtGlobalFlag in the dump: bit 0x400 is set. */
static bool pool_tagging(const struct evidence *e) { return stop_19(e) && e->look->pool_tagging; }

static bool driver_of_2000(const struct evidence *e)
{
    return stop_19(e) && strncmp(e->look->driver_build, "6.0.", 4) == 0;
}

static bool driver_refused(const struct evidence *e)
{
    for (uint32_t i = 0; i < e->look->pool_count; i++)
        if (memcmp(&e->look->pools[i].use.tag, "AuxL", 4) == 0 && e->look->pools[i].use.fails > 0)
            return true;
    return false;
}

/* Pool with the tag AuxL was 64 KB or more at its maximum; a busy server has a few KB. */
static bool auxl_grew(const struct evidence *e) { return e->most[GAUGE_POOL_AUXL] >= 65536; }

static bool letter_taken(const struct evidence *e)
{
    return evidence_events(e, "ExWin32", 1, NULL) > 0;
}

static bool dump_of_tracking(const struct evidence *e)
{
    return strcmp(e->crash.process, "inetinfo.exe") == 0 &&
           evidence_crash_frames(e, "inetinfo!tracking") > 0;
}

static bool dump_of_parser(const struct evidence *e)
{
    return evidence_crash_frames(e, "store!parse_part") > 8;
}

static bool stack_overflow(const struct evidence *e)
{
    return evidence_events(e, "MSExchangeIS", 9673, "0xc00000fd") > 0;
}

static bool old_mail_stays(const struct evidence *e)
{
    return e->most[GAUGE_OUTBOX_OLDEST] > 30000;
}

/* The service ended by itself or was stopped, and runs again. */
static bool restarted(const struct evidence *e, const char *service)
{
    char running[64];

    snprintf(running, sizeof running, "%s service entered the running state.", service);
    return evidence_events(e, "Service Control Manager", 7031, service) > 0 ||
           evidence_events(e, "Service Control Manager", 7036, running) > 1;
}

static bool store_restarted(const struct evidence *e) { return restarted(e, "Information Store"); }
static bool store_not_restarted(const struct evidence *e) { return !store_restarted(e); }

static bool store_alone_restarted(const struct evidence *e)
{
    return old_mail_stays(e) && store_restarted(e) && !restarted(e, "IIS Admin Service");
}

static bool late(const struct evidence *e) { return e->result->latency_max_us > 2000000; }

static bool very_late(const struct evidence *e) { return e->result->latency_max_us > 5000000; }
static bool not_very_late(const struct evidence *e) { return !very_late(e); }

static bool stopped_by_hand(const struct evidence *e)
{
    return evidence_console(e, "was stopped successfully");
}

/* LogicalDisk\\Avg. Disk sec/Transfer is too high. */
static bool disk_answers_late(const struct evidence *e)
{
    return e->disk_us[0] > DISK_LIMIT_LOG_US || e->disk_us[1] > DISK_LIMIT_US ||
           e->disk_us[2] > DISK_LIMIT_US;
}

static bool disks_in_time(const struct evidence *e) { return !disk_answers_late(e); }

static bool disk_queue(const struct evidence *e)
{
    return e->most[GAUGE_DISK_D] >= 4 || e->most[GAUGE_DISK_E] >= 4;
}

static bool upcalls_pile_up(const struct evidence *e)
{
    return e->most[GAUGE_UPCALLS_QUEUED] >= 20;
}

static uint64_t threads_called(const struct evidence *e, const char *name)
{
    uint64_t count = 0;

    for (uint32_t i = 0; i < e->look->thread_count; i++)
        count += strcmp(e->look->threads[i].name, name) == 0;
    return count;
}

/* More upcalls are fetched and not answered than proxy threads are at work. */
static bool answers_missing(const struct evidence *e)
{
    const uint64_t *now = e->look->gauges.value;

    return system_stood(e) &&
           now[GAUGE_UPCALLS_FETCHED] + now[GAUGE_PROXIES_IDLE] > threads_called(e, "proxy");
}

static bool dump_of_epoxy(const struct evidence *e)
{
    return strcmp(e->crash.process, "inetinfo.exe") == 0 &&
           evidence_crash_frames(e, "epoxy!EpoxyPost") > 0 &&
           evidence_events(e, "Application Error", 1000, "fault address 00000000") > 0;
}

/* Epoxy\Blocks Allocated is far above the few hundred of a busy hour. */
static bool epoxy_blocks_pile_up(const struct evidence *e)
{
    return e->most[GAUGE_EPOXY_BLOCKS] >= 1000;
}

static bool imap_waits(const struct evidence *e) { return e->most[GAUGE_IMAP_CLIENTS] >= 100; }

static bool is_alive_failed(const struct evidence *e)
{
    return evidence_events(e, "ClusSvc", 1069, NULL) > 0;
}

static bool smtp_holds_pool(const struct evidence *e)
{
    uint64_t threads = threads_called(e, "atq");

    return threads > 0 && e->most[GAUGE_POOL_THREADS_SMTP] >= threads;
}

/* ---- Code from outside ----------------------------------------------------------------------- */

static bool hung(const struct evidence *e) { return e->result->end == SIM_HUNG; }

static bool guest_at_stop(const struct evidence *e)
{
    for (uint32_t i = 0; i < stop(e)->frame_count; i++)
        if (world_guest_driver_at(e->world, stop(e)->frames[i]))
            return true;
    return false;
}

static bool guest_in_machine(const struct evidence *e)
{
    return stopped(e) && world_has_guests(e->world);
}

static bool no_guest_in_machine(const struct evidence *e) { return !guest_in_machine(e); }

/* ---- The table ------------------------------------------------------------------------------- */

const struct clue clues[CLUES] = {
#define CLUE(name, weight, question, text) { DIAGNOSIS_##name, weight, false, question, text },
#define MORE(name, weight, question, text) { DIAGNOSIS_##name, weight, true, question, text },
#include "ui/report/clues.def"
#undef MORE
#undef CLUE
};
