/* board_inside.h - what the files of a board share: the records before the end, and who is who. */
#pragma once
#include "ui/explore/board.h"
#include "ui/report/report.h"
#include "ui/symbols/symbols.h"

/* The records up to the end, or the last of them: a long run is told from its last segments. */
struct board_past {
    uint64_t first, count; /* Records first to first + count - 1; the last one is the end. */
    struct record *records;
};

/* A record that may become a panel. */
struct board_pick {
    uint64_t number;
    int weight;
    enum board_role role;
    char surprise[40];
};
enum { BOARD_PICKS_MAX = 128, BOARD_WAITERS_MAX = 4 };

/* A thread that waits for ever at the end of a run that hangs. */
struct board_waiter {
    uint32_t thread, object;           /* Client ID; address of what it waits for. */
    char function[REPORT_FRAME_CHARS]; /* "wakeup!Consumer"; "": unknown. */
};

struct board_work {
    struct board *board;
    struct recording *run;
    uint64_t seed;
    struct result result; /* Empty if the run broke. */
    struct board_past past;
    /* The last record told, and the one that the run is about: they differ for a crash, whose end
     * is that of the process. */
    uint64_t end, focus;
    struct board_pick picks[BOARD_PICKS_MAX];
    uint32_t pick_count;
    struct board_waiter waiters[BOARD_WAITERS_MAX];
    uint32_t waiter_count;
    struct symbols *symbols;  /* NULL: this host has none. */
    char broken[UNMET_CHARS]; /* How a guest ended the run; "": none did. */
};

/* ---- board_past.c ---------------------------------------------------------------------------- */

/* Copies the records of the last segments up to w->end. Waits; not under the recording's lock. */
void board_load_past(struct board_work *w);
/* The record of this number; it must be in the past. */
const struct record *board_record(const struct board_work *w, uint64_t number);
/* The last record before `number` that a function likes; BOARD_NOTHING: there is none. */
typedef bool board_like(const struct record *record, const void *what);
uint64_t board_back(const struct board_work *w, uint64_t number, board_like *like,
                    const void *what);
/* The DPC_RUN under which a record was written; BOARD_NOTHING: under none. */
uint64_t board_dpc(const struct board_work *w, uint64_t number);
/* The object that a record is about, by the name of a field; 0: none that is followed. */
uint32_t board_object(const struct record *record);
/* True if the record is about this object, or about the pool block that holds the address. */
bool board_is_about(const struct record *record, uint32_t address);

/* ---- board_find.c ---------------------------------------------------------------------------- */

/* Fills w->picks. */
void board_find(struct board_work *w);

/* ---- board_sight.c --------------------------------------------------------------------------- */

/* Finds the cause of a panel's record. */
void board_find_cause(const struct board_work *w, struct board_panel *panel);
/* Chooses the lanes. Under the recording's lock. */
void board_cast(const struct board_work *w, struct board_panel *panel);
/* Chooses the stretch of time, by the actor's turn; a cause that is too far is dropped. Waits; not
 * under the lock. */
void board_stretch(struct board_work *w, struct board_panel *panel);

/* ---- Words; under the recording's lock ------------------------------------------------------- */

/* The names of a process and of a thread at an address when a record was written. */
const char *board_process_name(const struct board_work *w, uint32_t address, uint64_t number);
void board_thread_at(const struct board_work *w, uint32_t address, uint64_t number, char *out,
                     size_t size);
/* True if a record of this kind tells of the thread that it names, not of the one that wrote it. */
bool board_tells_of_thread(uint16_t kind);

/* Fill in title, mark, what and why of a panel: by its record's kind (board_kinds.c), as told. */
void board_tell_kind(const struct board_work *w, struct board_panel *panel);
void board_say(struct board_panel *panel, const char *title, const char *mark, const char *what,
               ...) PRINTF_LIKE(4, 5);
void board_because(struct board_panel *panel, const char *why, ...) PRINTF_LIKE(2, 3);

/* Fills in a panel's facts, title, marks and caption; function: the innermost one that is none of
 * the system's, "": unknown. */
void board_tell(struct board_work *w, struct board_panel *panel, const char *function);
/* Fills in the five facts. */
void board_tell_all(struct board_work *w, const char *diagnosis);
