/* scenario_neighbours.c - [machine]: other drivers in the kernel, beside ExIFS. */
#include "model/scenario/scenario_inside.h"

static const char *const filters[] = { "none", "passes", "pending" };

void scenario_read_neighbours(struct scenario *s, struct ini *ini)
{
    uint32_t word;

    ini_get_bool(ini, "machine", "gflags_pool_tagging", &s->gflags_pool_tagging);
    ini_get_bool(ini, "machine", "http", &s->http);
    ini_get_bool(ini, "machine", "http_update", &s->http_update);
    if (ini_get_word(ini, "machine", "tdi_filter", filters, ARRAY_LEN(filters), &word))
        s->tdi_filter = (enum tdi_filter)word;
    ini_get_rate(ini, "machine", "http_rate", 1, 1000000, &s->http_rate_milli);
    if (!s->http && s->tdi_filter != TDI_FILTER_NONE)
        ini_error(ini, "machine", "tdi_filter", "a filter (expected http = yes beside it)");
    if (!s->http && s->http_update)
        ini_error(ini, "machine", "http_update", "an update (expected http = yes beside it)");
}
