/* scenario_orders.c - [orders]: whose order of threads a run follows, and what all orders must
 * show. */
#include "model/scenario/scenario_inside.h"
#include <string.h>

static const char *const modes[] = { "free", "strict" };
const char *const scenario_finding_words[] = { "none", "stop", "crash", "hang", "check" };
enum { FINDINGS = sizeof scenario_finding_words / sizeof *scenario_finding_words };

void scenario_read_orders(struct scenario *s, struct ini *ini)
{
    struct scenario_orders *orders = &s->orders;
    bool there = false;
    uint32_t word;

    for (uint32_t i = 0; i < ini_section_count(ini); i++)
        there = there || strcmp(ini_section_name(ini, i), "orders") == 0;
    if (!there)
        return;
    orders->free =
        !ini_get_word(ini, "orders", "mode", modes, ARRAY_LEN(modes), &word) || word == 0;
    if (ini_get_word(ini, "orders", "finding", scenario_finding_words, FINDINGS, &word)) {
        orders->judged = true;
        orders->finding = (enum scenario_finding)word;
    }
    scenario_get_u32(ini, "orders", "stop", 1, UINT32_MAX, &orders->stop);
    scenario_get_u32(ini, "orders", "count", 1, UINT32_MAX, &orders->count);
    scenario_get_u32(ini, "orders", "waiting", 0, 1000, &orders->waiting);
    if (orders->stop != 0 && (!orders->judged || orders->finding != SCENARIO_FINDS_STOP))
        ini_error(ini, "orders", "stop", "a stop (expected finding = stop beside it)");
    if (orders->free && s->cpus != 1)
        ini_error(ini, "orders", "mode",
                  "free order on %u processors (expected processors = 1 in [machine]: any thread "
                  "may go on at any point, so one stands for all)",
                  s->cpus);
}
