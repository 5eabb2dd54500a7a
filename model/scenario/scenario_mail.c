/* scenario_mail.c - the keys of the ways of mail beyond SMTP in and POP3 out (mail.h). */
#include "model/scenario/scenario_inside.h"

static const char *const drviis_names[DRVIIS_VERSIONS] = { "sp2", "kb950757" };
static const char *const tracking_names[TRACKING_VERSIONS] = { "off", "sp2", "kb910618" };

void scenario_mail_defaults(struct mail_settings *mail)
{
    *mail = (struct mail_settings){ .mapi_threads = 10,
                                    .mapi_threads_max = 100,
                                    .conversion_pages = 16,
                                    .out_threads = 8,
                                    .link_us = 50000 };
}

static void read_pool(struct ini *ini, struct mail_settings *mail)
{
    uint64_t bytes;

    if (ini_get_size(ini, "machine", "nonpaged_pool", 256 << 10, POOL_NONPAGED_BYTES, &bytes))
        mail->nonpaged_kib = (uint32_t)(bytes / 1024);
}

void scenario_read_mail(struct scenario *s, struct ini *ini)
{
    const char *store = "process store", *inetinfo = "process inetinfo";
    struct mail_settings *mail = &s->mail;
    uint64_t bytes;
    sim_time time;
    uint32_t word;

    scenario_get_u32(ini, store, "mapi_threads", 1, 100, &mail->mapi_threads);
    scenario_get_u32(ini, store, "mapi_threads_max", 1, 100, &mail->mapi_threads_max);
    if (mail->mapi_threads_max < mail->mapi_threads)
        ini_error(ini, store,
                  ini_has(ini, store, "mapi_threads_max") ? "mapi_threads_max" : "mapi_threads",
                  "read fewer threads at most than at first, meant mapi_threads_max of at least "
                  "mapi_threads");
    ini_get_percent_ppm(ini, store, "tnef", &mail->tnef_ppm);
    if (ini_get_size(ini, store, "conversion_run", 4096, 2 << 20, &bytes))
        mail->conversion_pages = (uint32_t)((bytes + 4095) / 4096);
    scenario_get_u32(ini, inetinfo, "out_threads", 1, 100, &mail->out_threads);
    if (ini_get_time(ini, inetinfo, "link_delay", 0, SEC(60), &time))
        mail->link_us = (uint32_t)(time / US(1));
    if (ini_get_word(ini, inetinfo, "drviis", drviis_names, DRVIIS_VERSIONS, &word))
        mail->drviis = (uint8_t)word;
    if (ini_get_word(ini, inetinfo, "tracking", tracking_names, TRACKING_VERSIONS, &word))
        mail->tracking = (uint8_t)word;
    read_pool(ini, mail);
    for (uint32_t i = 0; i < s->load_count; i++)
        mail->protocols |= 1u << s->loads[i].protocol | 1u << load_wire_of(s->loads[i].protocol);
}
