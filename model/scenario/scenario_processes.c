/* scenario_processes.c - the keys of [process NAME]: settings of the machine's programs
 * (settings.h), with one function for each program.
 */
#include "model/scenario/scenario_inside.h"

void scenario_processes_defaults(struct site_settings *set)
{
    set->store = (struct store_settings){
        .proxies = 4,
        .workers = 12,
        .stub_threads = 4,
        .mapi_threads = 10,
        .mapi_threads_max = 100,
        .reserve_unit_pages = 16,
        .low_water_pages = 16,
        .impatience = 10,
        .lending_entries = 32,
        .lending_pages = 16,
        .stm_pages = 8192,
        .stm_limit_pages = 32768,
        .retention_pages = 4096,
        .conversion_pages = 16,
    };
    /* MaxPoolThreads 4 and AdditionalPoolThreadsPerProc 6, for each of four processors. */
    set->inetinfo = (struct inetinfo_settings){ .atq_threads = 40,
                                                .smtp_pool_ppm = 900000,
                                                .imap_browse = 31,
                                                .imap_patience_ms = 60000,
                                                .epoxy_blocks = 200000,
                                                .out_threads = 8,
                                                .link_us = 50000 };
    set->w3wp = (struct w3wp_settings){ .dav_threads = 8 };
    set->services =
        (struct services_settings){ .recovery = true, .reset_ms = 86400000, .wait_kill_ms = 20000 };
    set->cluster = (struct cluster_settings){ .is_alive_ms = 60000, .wait_ms = 30000 };
    set->dump_ms = 4000;
    set->come_again_ms = 300000;
}

static void get_pages(struct ini *ini, const char *section, const char *key, uint32_t min,
                      uint32_t max, uint32_t *out)
{
    uint64_t bytes;

    if (!ini_get_size(ini, section, key, (uint64_t)min * 4096, (uint64_t)max * 4096, &bytes))
        return;
    if (bytes % 4096 != 0)
        ini_error(ini, section, key, "%llu bytes (expected whole pages of 4 KiB)",
                  (unsigned long long)bytes);
    *out = (uint32_t)(bytes / 4096);
}

static void read_store_threads(struct store_settings *set, struct ini *ini)
{
    const char *store = "process store";

    scenario_get_u32(ini, store, "proxy_threads", 1, 64, &set->proxies);
    scenario_get_u32(ini, store, "worker_threads", 1, 100, &set->workers);
    scenario_get_u32(ini, store, "stub_threads", 1, 32, &set->stub_threads);
    scenario_get_u32(ini, store, "mapi_threads", 1, 100, &set->mapi_threads);
    scenario_get_u32(ini, store, "mapi_threads_max", 1, 100, &set->mapi_threads_max);
    if (set->mapi_threads_max < set->mapi_threads)
        ini_error(ini, store,
                  ini_has(ini, store, "mapi_threads_max") ? "mapi_threads_max" : "mapi_threads",
                  "fewer threads at most than at first (expected mapi_threads_max of at least "
                  "mapi_threads)");
}

static void read_store(struct store_settings *set, struct ini *ini)
{
    const char *store = "process store";
    uint64_t bytes;

    read_store_threads(set, ini);
    get_pages(ini, store, "reserve_unit", 1, 512, &set->reserve_unit_pages);
    get_pages(ini, store, "low_water", 0, 4096, &set->low_water_pages);
    scenario_get_u32(ini, store, "impatience", 0, 1000, &set->impatience);
    scenario_get_u32(ini, store, "lending_entries", 0, 64, &set->lending_entries);
    get_pages(ini, store, "lending_size", 1, 512, &set->lending_pages);
    get_pages(ini, store, "database_size", 64, 131072, &set->stm_pages);
    get_pages(ini, store, "database_limit", 64, 131072, &set->stm_limit_pages);
    get_pages(ini, store, "retention", 16, 131072, &set->retention_pages);
    if (ini_get_size(ini, store, "conversion_run", 4096, 2 << 20, &bytes))
        set->conversion_pages = (uint32_t)((bytes + 4095) / 4096);
    get_pages(ini, store, "other_modules", 0, 16384, &set->other_pages);
    ini_get_percent_ppm(ini, store, "mapi_only", &set->mapi_only_ppm);
    ini_get_percent_ppm(ini, store, "tnef", &set->tnef_ppm);
    ini_get_bool(ini, store, "checksums", &set->checksums);
    ini_get_bool(ini, store, "defrag_recomputes", &set->defrag_recomputes);
    if (set->stm_limit_pages < set->stm_pages)
        ini_error(ini, store, "database_limit",
                  "a limit below database_size (expected at least that)");
}

static void read_inetinfo(struct inetinfo_settings *set, struct ini *ini)
{
    static const char *const epoxies[] = { "2003", "2000" };
    static const char *const drviis_names[DRVIIS_VERSIONS] = { "sp2", "kb950757" };
    static const char *const tracking_names[TRACKING_VERSIONS] = { "off", "sp2", "kb910618" };
    const char *inetinfo = "process inetinfo";
    uint32_t word;
    sim_time time;

    scenario_get_u32(ini, inetinfo, "atq_threads", 1, 200, &set->atq_threads);
    ini_get_percent_ppm(ini, inetinfo, "smtp_pool_share", &set->smtp_pool_ppm);
    scenario_get_ms(ini, inetinfo, "directory_wait", 0, SEC(10), &set->directory_ms);
    scenario_get_u32(ini, inetinfo, "imap_browse", 0, 1000, &set->imap_browse);
    scenario_get_ms(ini, inetinfo, "imap_patience", MS(100), SEC(86400), &set->imap_patience_ms);
    if (ini_get_word(ini, inetinfo, "epoxy", epoxies, ARRAY_LEN(epoxies), &word))
        set->epoxy_2000 = word == 1;
    scenario_get_u32(ini, inetinfo, "epoxy_blocks", 64, 200000, &set->epoxy_blocks);
    scenario_get_u32(ini, inetinfo, "out_threads", 1, 100, &set->out_threads);
    if (ini_get_time(ini, inetinfo, "link_delay", 0, SEC(60), &time))
        set->link_us = (uint32_t)(time / US(1));
    if (ini_get_word(ini, inetinfo, "drviis", drviis_names, DRVIIS_VERSIONS, &word))
        set->drviis = (enum drviis_version)word;
    if (ini_get_word(ini, inetinfo, "tracking", tracking_names, TRACKING_VERSIONS, &word))
        set->tracking = (enum tracking_version)word;
    get_pages(ini, inetinfo, "other_modules", 0, 16384, &set->other_pages);
    if (set->smtp_pool_ppm == 0)
        ini_error(ini, inetinfo, "smtp_pool_share",
                  "0%% (expected more: mail must be taken by somebody)");
}

static void read_services(struct services_settings *set, struct ini *ini)
{
    const char *services = "process services";

    scenario_get_ms(ini, services, "restart_delay", 0, SEC(600), &set->delay_ms);
    set->has_delay = ini_has(ini, services, "restart_delay");
    scenario_get_ms(ini, services, "recovery_reset", SEC(1), SEC(86400) * 30, &set->reset_ms);
    ini_get_bool(ini, services, "recovery", &set->recovery);
    scenario_get_ms(ini, "machine", "wait_to_kill", 0, SEC(3600), &set->wait_kill_ms);
}

static void read_cluster(struct cluster_settings *set, struct ini *ini)
{
    ini_get_bool(ini, "machine", "cluster", &set->there);
    scenario_get_ms(ini, "machine", "is_alive", MS(100), SEC(3600), &set->is_alive_ms);
    scenario_get_ms(ini, "machine", "is_alive_timeout", MS(100), SEC(3600), &set->wait_ms);
}

void scenario_read_processes(struct site_settings *set, struct ini *ini)
{
    read_store(&set->store, ini);
    read_inetinfo(&set->inetinfo, ini);
    scenario_get_u32(ini, "process w3wp", "dav_threads", 1, 64, &set->w3wp.dav_threads);
    get_pages(ini, "process w3wp", "other_modules", 0, 16384, &set->w3wp.other_pages);
    read_services(&set->services, ini);
    scenario_get_ms(ini, "process drwtsn32", "dump_time", 0, SEC(600), &set->dump_ms);
    read_cluster(&set->cluster, ini);
}
