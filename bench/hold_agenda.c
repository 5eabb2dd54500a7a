/* hold_agenda.c - the hold model on sim/agenda. */
#include "sim/agenda.h"

#define HOLD_CANCELS 1
#include "hold.h"

static struct arena arena;
static struct agenda *agenda;
static uint64_t acted;

static void act(void *arg) { *(uint64_t *)arg += 1; }

void queue_open(size_t n)
{
    if (!arena_open(&arena, (n * 256) + (16u << 20), "the benchmark's arena"))
        exit(1);
    agenda = agenda_new(&arena, (uint32_t)n + 16);
}

uint64_t queue_add(uint64_t at) { return agenda_add(agenda, at, act, &acted); }
void queue_cancel(uint64_t handle) { agenda_cancel(agenda, handle); }

uint64_t queue_take(void)
{
    struct agenda_entry entry;

    agenda_take(agenda, &entry);
    entry.act(entry.arg);
    return entry.at;
}

int main(int argc, char **argv) { return hold_main(argc, argv, "agenda"); }
