/* inside.h - declarations shared by the files of ui/kd. */
#pragma once
#include "model/look/glance.h"
#include "model/look/inspect.h"
#include "ui/kd/kd.h"
#include "ui/recording/recording.h"
#include "ui/report/stack.h"
#include "ui/symbols/symbols.h"

enum { KD_BREAKS_MAX = 16, KD_TEXT = 128, KD_FRAMES_MAX = 64 };

enum kd_break_kind {
    KD_BREAK_NONE,
    KD_BREAK_FUNCTION,
    KD_BREAK_LINE,
    KD_BREAK_RECORD,
    KD_BREAK_WRITE
};
struct kd_break {
    enum kd_break_kind kind;
    char text[KD_TEXT]; /* As it was asked for; of a line: the file's name. */
    int line;
    uint16_t record;
    uint32_t process, address, bytes; /* process: client ID, 0: a system address. */
    uint64_t *writes;                 /* Records that follow a write, rising. */
    uint32_t write_count;
};

struct kd {
    struct kd_options options;
    FILE *out, *errors;
    struct recording *run;
    const struct recording_end *end;     /* NULL: the run broke off. */
    char broken[RECORDING_BROKEN_CHARS]; /* Why it broke off; "": it did not. */
    uint64_t first, last;                /* The records that can be stood at. */

    /* The instant. */
    uint64_t at;
    struct record record;
    enum glance_by by;
    uint32_t acting; /* Client ID of the thread that wrote the record. */
    uint32_t depth;  /* Frames on its stack that have names, innermost first. */
    void *frames[KD_FRAMES_MAX];
    struct inspect *look;
    uint32_t process, thread; /* Addresses, of .process and .thread; 0: the present ones. */

    struct symbols *symbols; /* NULL: this host has none. */
    struct kd_name *names;   /* A hash table of frames by their address. */
    size_t name_room, name_count;
    struct kd_break breaks[KD_BREAKS_MAX];
    uint32_t next_address; /* Where db and the like go on. */
    char prompt[32];
    bool wrong, over;
};

/* What a command gets: its words. words[0] is the command, rest is all behind it. */
enum { KD_WORDS_MAX = 8 };
struct kd_words {
    uint32_t count;
    const char *words[KD_WORDS_MAX];
    const char *rest;
};
typedef void kd_command(struct kd *kd, const struct kd_words *words);

#define COMMAND(function, word, most, usage, text) kd_command function;
#include "ui/kd/commands.def"
#undef COMMAND

/* ---- kd.c ------------------------------------------------------------------------------------ */
void kd_complain(struct kd *kd, const char *format, ...) PRINTF_LIKE(2, 3);
/* Stands at a record. False: it cannot be stood at; nothing was said. */
bool kd_stand(struct kd *kd, uint64_t number);
/* Calls see on the machine as it was at this instant. */
void kd_see(struct kd *kd, void (*see)(struct world *world, void *ctx), void *ctx);

/* ---- words.c --------------------------------------------------------------------------------- */
/* Reads a hexadecimal number, or a decimal one behind 0n. */
bool kd_number(const char *text, uint32_t *out);
/* The number of word `index`, or `otherwise` if there is none. False: it is no number; that was
 * said. */
bool kd_number_at(struct kd *kd, const struct kd_words *words, uint32_t index, uint32_t otherwise,
                  uint32_t *out);
/* True if a text fits a pattern with * and ?; case does not matter. */
bool kd_fits(const char *pattern, const char *text);

/* Writes a time of the processor as "00:00:01.250". */
enum { KD_TIME_CHARS = 32 };
void kd_time(sim_time time, char out[KD_TIME_CHARS]);

/* ---- Who is meant: process.c, thread.c ------------------------------------------------------- */
/* Flags of !process; KD_FLAGS: all of them. */
enum { KD_FLAG_TIMES = 1, KD_FLAG_THREADS = 2, KD_FLAG_STACKS = 4, KD_FLAGS = 7 };
const struct inspect_process *kd_process_now(const struct kd *kd);
void kd_print_thread(struct kd *kd, const struct inspect_thread *thread, uint32_t flags,
                     const char *indent);

/* Prints a request as the list of a thread has it. */
void kd_print_irp_line(struct kd *kd, uint32_t address, const char *indent);

/* ---- names.c --------------------------------------------------------------------------------- */
/* A frame's name; NULL: it has none, or is the simulator's own. */
const char *kd_frame(struct kd *kd, void *address);
/* Reads the stack of the code that writes the present record: the frames that have names. For
 * visitors. */
uint32_t kd_named_frames(struct kd *kd, void *frames[KD_FRAMES_MAX]);
/* A frame's line; 0: unknown. *file: the last part of its name. */
int kd_frame_line(struct kd *kd, void *address, const char **file);
/* True if a function has this name, "exifs!ExifsUndoNow", or without its module. */
bool kd_has_function(struct kd *kd, const char *text);
/* Writes the name of a function, by where its code begins, and its invented address; 0:
 * unknown, and "" also where NT has no such function. */
uint32_t kd_code(struct kd *kd, const void *code, char name[REPORT_FRAME_CHARS]);

/* Offers the functions whose names, with their module, begin so. */
void kd_offer_functions(struct kd *kd, const char *begin, void (*offer)(void *to, const char *word),
                        void *to);

/* ---- breaks.c -------------------------------------------------------------------------------- */
/* Goes to the next breakpoint, stop or end, or back to the one before. */
void kd_go_on(struct kd *kd, bool backwards);
/* Says where the debugger stands. */
void kd_tell_position(struct kd *kd);
