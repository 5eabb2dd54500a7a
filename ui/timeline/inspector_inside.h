/* inspector_inside.h - what the files of the inspector and the stop view share. */
#pragma once
#include "ui/report/report.h"
#include "ui/timeline/inspector.h"
#include "ui/timeline/keys.h"
#include "ui/timeline/sheet.h"
#include "ui/timeline/sums.h"

/* Fields of whose last change one wants to see the record. */
enum past_field {
    PAST_STATE,
    PAST_INDEX, /* And with it the process in force. */
    PAST_SERVICE,
    PAST_IRQL,
    PAST_HANDLES,
    PAST_DEBUGGER,
    PAST_FIELDS
};
enum { PAST_BEFORE = 8, PAST_AFTER = 4 };

/* Records of an object around the playhead, among the details that are here. */
struct past {
    const struct recording *run; /* Found for these five. */
    uint32_t lane, address;
    uint64_t now, version;
    uint64_t before[PAST_BEFORE], after[PAST_AFTER]; /* Both from the playhead on. */
    uint32_t before_count, after_count;
    bool wrote_known[PAST_FIELDS];
    uint64_t wrote[PAST_FIELDS];
};

enum section { /* Bits of what is folded. */
               SECTION_RECORD,
               SECTION_ATTACHMENT,
               SECTION_STATE,
               SECTION_IRPS,
               SECTION_STACK,
               SECTION_HISTORY,
               SECTION_HANDLES,
               SECTION_THREADS,
               SECTION_PAGES,
               SECTION_LENDING,
               SECTION_STREAMS,
               SECTION_REQUESTS,
               SECTION_FILES,
               SECTION_TABLE,
               SECTION_GAUGES,
               SECTION_CPUS,
               SECTION_SPANS,
               SECTION_SUMS,
               SECTION_TWINS,
               SECTION_WRITERS
};

struct source { /* The last file of which a piece was shown. */
    char file[200];
    char *text; /* NULL: it could not be found. */
};

struct stop_facts { /* The stop of a run. */
    const struct recording *run;
    bool attach_known;
    uint64_t attach; /* The record by which the thread came where it is. */
};

struct inspector {
    struct sheet_scroll side, stop[2], boxes;
    struct draw_box stop_box[2], boxes_box;
    uint64_t shown; /* What was shown last; another thing begins at its top. */
    uint32_t folded;
    struct past past;
    struct sums sums;
    struct symbols *symbols; /* NULL: not read yet, or there are none. */
    bool symbols_read;
    struct source source;
    struct stop_facts stop_facts;
};
struct inspector *inspector_of(struct app *app); /* Makes it if it is not there. */

/* One painting of the side. */
struct side {
    struct sheet *sheet;
    struct app *app;
    struct pane *pane;
    struct inspector *own;
    const struct lanes *lanes;
    const struct inspect *look;
    const struct detail *detail; /* Detail of the playhead's segment; NULL: not made yet. */
    uint32_t at;                 /* The playhead in it. */
    uint32_t lane;               /* LANE_NONE: nothing is chosen. */
};

/* A section that can be folded. */
bool side_section(struct side *side, enum section section, const char *name);
/* The lane of a process, thread or lock at an address, at this moment: addresses are used again.
 * LANE_NONE: it has none. */
uint32_t side_lane_of(const struct side *side, uint32_t address);
/* "store.exe" or "smtp 3 (0120)" for an address that is one's; else its digits. Returns the tag
 * that leads there, 0: none. */
uint64_t side_name(const struct side *side, uint32_t address, char *out, size_t size);
/* Image name of the process at an address, "" for none. */
const char *side_process(const struct side *side, uint32_t address);
uint64_t side_tag(const struct side *side, enum tag_kind kind, uint64_t number);
/* A row whose value names the thing at an address, with a link to it. */
void side_object(struct side *side, const char *name, uint32_t address);
void side_lane(struct side *side, const char *name, uint32_t lane); /* The same of a lane. */
/* A row with a link to the record that changed it last. */
void side_wrote(struct side *side, const char *name, enum past_field field, const char *format, ...)
    DRAW_PRINTF(4, 5);
/* The span of a level of a lane that covers the playhead; NULL: none, or not known. */
const struct cut_span *side_span(const struct side *side, uint32_t lane, enum lane_level level);
/* "74.676 196 s": short enough for a column. */
void side_time(sim_time at, char *out, size_t size);
const char *side_irql_name(uint32_t irql);

/* inspector_past.c */
void past_find(struct past *past, struct pane *pane, uint32_t lane, uint32_t irp);
void sums_show(struct side *side); /* inspector_sums.c */
void past_show(struct side *side);
void writers_show(struct side *side); /* inspector_writers.c */

/* inspector_thread.c */
void thread_show(struct side *side, uint32_t id);
/* IRPs of the thread with this client ID; 0: of all threads. */
void irps_show(struct side *side, uint32_t thread);

/* inspector_stack.c: frames with their places, and a piece of the core's source. */
/* Names of functions; NULL: there are none. */
struct symbols *stack_symbols(struct inspector *own);
void stack_show(struct sheet *sheet, struct inspector *own, void *const *frames, uint32_t count);

/* inspector_process.c, inspector_store.c */
void process_show(struct side *side, uint32_t id);
void store_show(struct side *side); /* The map, what is lent, the driver's streams and requests. */

/* inspector_tables.c: everything that is no thread and no process. */
void table_show(struct side *side);
