/* scenario_paths.c - the keys of the data paths: inetinfo's pool, IMAP4, DAV, the Epoxy queues, and
 * the cluster that looks whether the virtual servers are alive.
 */
#include "model/scenario/scenario_inside.h"

void scenario_paths_defaults(struct data_paths *paths)
{
    *paths = (struct data_paths){ .smtp_pool_ppm = 900000,
                                  .imap_threads = 4,
                                  .imap_browse = 31,
                                  .imap_patience_ms = 60000,
                                  .epoxy_blocks = 200000,
                                  .stub_threads = 4,
                                  .dav_threads = 8,
                                  .is_alive_ms = 60000,
                                  .alive_wait_ms = 30000 };
}

static void get_time(struct ini *ini, const char *section, const char *key, sim_time min,
                     sim_time max, uint32_t *out_ms)
{
    sim_time time;

    if (ini_get_time(ini, section, key, min, max, &time))
        *out_ms = (uint32_t)(time / MS(1));
}

void scenario_read_paths(struct data_paths *paths, struct ini *ini)
{
    static const char *const epoxies[] = { "2003", "2000" };
    const char *store = "process store", *inetinfo = "process inetinfo";
    uint32_t word = 0;
    uint64_t bytes;

    scenario_get_u32(ini, inetinfo, "atq_threads", 0, 200, &paths->atq_threads);
    ini_get_percent_ppm(ini, inetinfo, "smtp_pool_share", &paths->smtp_pool_ppm);
    get_time(ini, inetinfo, "directory_wait", 0, SEC(10), &paths->directory_ms);
    scenario_get_u32(ini, inetinfo, "imap_threads", 1, 50, &paths->imap_threads);
    scenario_get_u32(ini, inetinfo, "imap_browse", 0, 1000, &paths->imap_browse);
    get_time(ini, inetinfo, "imap_patience", MS(100), SEC(86400), &paths->imap_patience_ms);
    if (ini_get_word(ini, inetinfo, "epoxy", epoxies, ARRAY_LEN(epoxies), &word))
        paths->epoxy_2000 = word == 1;
    scenario_get_u32(ini, inetinfo, "epoxy_blocks", 64, 200000, &paths->epoxy_blocks);
    scenario_get_u32(ini, store, "stub_threads", 1, 32, &paths->stub_threads);
    ini_get_percent_ppm(ini, store, "mapi_only", &paths->mapi_only_ppm);
    scenario_get_u32(ini, "process w3wp", "dav_threads", 1, 64, &paths->dav_threads);
    if (ini_get_size(ini, "process w3wp", "other_modules", 0, 16384 * 4096, &bytes))
        paths->dav_other_pages = (uint32_t)(bytes / 4096);
    ini_get_bool(ini, "machine", "cluster", &paths->cluster);
    get_time(ini, "machine", "is_alive", MS(100), SEC(3600), &paths->is_alive_ms);
    get_time(ini, "machine", "is_alive_timeout", MS(100), SEC(3600), &paths->alive_wait_ms);
    if (paths->atq_threads != 0 && paths->smtp_pool_ppm == 0)
        ini_error(ini, inetinfo, "smtp_pool_share",
                  "read 0%%, meant more: mail must be taken by somebody");
}
