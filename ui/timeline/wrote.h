/* wrote.h - "who wrote this byte?": the question, in words and by address.
 *
 *     store.exe 002f0040       a byte in the memory of a process, by the name of its lane
 *     store.exe 2 0x2f0040     of the second process of that name
 *     e8000010                 a system address, where MDLs are mapped
 *
 * The recording finds the answer (recording_ask_writers); the inspector lists it. Under the locks.
 */
#pragma once
#include "ui/recording/recording.h"

struct app;

struct wrote { /* The byte that is asked for. */
    bool on;
    uint32_t pane;
    uint32_t lane; /* The process; LANE_NONE: a system address. */
    uint32_t address;
};

/* False: it cannot be understood; error says what was found and what was expected. */
bool wrote_parse(const struct recording *run, const char *text, struct wrote *out, char *error,
                 size_t error_size);
/* The same words again. */
void wrote_text(const struct app *app, char *out, size_t size);
/* Asks, and opens the inspector, where the answer is. "": forgets the question. */
bool wrote_ask(struct app *app, const char *text, char *error, size_t error_size);
/* The byte that a click names: bits 32 and up the lane of its process. */
void wrote_follow(struct app *app, uint32_t pane, uint64_t number);
static inline uint64_t wrote_number(uint32_t lane, uint32_t address)
{
    return (uint64_t)(lane & 0xffff) << 32 | address;
}
/* The byte that a record is about, for the question to begin with. False: it is about none. */
bool wrote_record(const struct recording *run, const struct record *record, uint64_t number,
                  uint32_t *lane, uint32_t *address);
