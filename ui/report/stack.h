/* stack.h - a simulated stack as a debugger of 2003 to 2006 lists it (facts/ddi-debugger.md 5.3).
 *
 *     struct stack stack;
 *     stack_of_stop(&stack, &result->stop);
 *     stack_print(out, &stack, STACK_ARGUMENTS, UINT32_MAX, "");
 *
 * Arguments are shown where the simulator knows them, and as ???????? elsewhere.
 */
#pragma once
#include "model/look/inspect.h"
#include "ui/report/report.h"

struct symbols;

enum {
    STACK_LINES_MAX = REPORT_FRAMES_MAX + 6,
    STACK_KNOWN_MAX = 3,
    STACK_SYMBOL_CHARS = REPORT_FRAME_CHARS + 16
};

struct stack_line {
    char place[REPORT_PLACE_CHARS]; /* Source line of a guest's frame; "": none. */
    char name[REPORT_FRAME_CHARS];  /* Name of the frame, "module!function". */
    bool user;                      /* The frame is in user mode. */
    uint32_t known;                 /* Number of known arguments, from the first one on. */
    uint32_t argument[STACK_KNOWN_MAX];
};

struct stack {
    struct stack_line lines[STACK_LINES_MAX];
    uint32_t count;
};

/* Make the stack of the stopped thread, and of a thread of a look; first: the thread is the first
 * of its process. No lines: this host cannot tell. */
void stack_of_stop(struct stack *stack, const struct stop *stop);
void stack_of_thread(struct stack *stack, struct symbols *symbols,
                     const struct inspect_thread *thread, bool first);

/* How lines are printed: as k, kn, kb and kv do, without heading. */
enum stack_form { STACK_PLAIN, STACK_NUMBERS, STACK_ARGUMENTS, STACK_VERBOSE };
/* Prints at most `most` lines, each after the indent. */
void stack_print(FILE *out, const struct stack *stack, enum stack_form form, uint32_t most,
                 const char *indent);

/* The invented address where a line's function begins, and the one in its code. */
uint32_t stack_function(const struct stack_line *line);
uint32_t stack_code(const struct stack_line *line);
/* Writes a name with its offset: "exifs!EnterOnce+1b", or with x = "0x" as in a stack, "+0x1b". */
void stack_symbol(const struct stack_line *line, const char *x, char out[STACK_SYMBOL_CHARS]);
/* True if a name is of a module, such as "nt". */
bool stack_is_of(const char *name, const char *module);
