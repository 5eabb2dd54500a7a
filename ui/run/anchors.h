/* anchors.h - names of surprises that hold when code is edited.
 *
 * SITE:N:PICK names a question by how many its site was asked before: one more call anywhere, and
 * the number names another question. An anchor says who was asked, where, and since what:
 *
 *     READY@System/Deposit:KeSetEvent<Deposit+THREAD_START.1#0=System/Withdraw
 *
 *     READY               the site
 *     System/Deposit      the thread: its process, and the name that it was made with, or the
 *                         routine that it began with; "~2" behind it: the second of that name;
 *                         "-": the engine itself
 *     KeSetEvent<Deposit  the functions that it was in, innermost first; left out: unknown
 *     THREAD_START.1      its latest record, and the how-manieth of that kind this was by it
 *     0                   how often it was asked the same, in these functions, since that record
 *     System/Withdraw     the answer: who went on; or a number, as PICK
 *
 * An anchor is looked for while the run is made again. One that is found exactly has held. One that
 * is not is moved to the question that is most like it: of the same site and thread, in the same
 * functions or at least the innermost, as near as can be in records and number. Is there none, it
 * is gone.
 *
 * Functions have names where the host's program has a symbol table and frame pointers; elsewhere
 * anchors come without them.
 */
#pragma once
#include "model/world/world.h"
#include <stdio.h>

enum { ANCHORS_CHARS = 200 };

/* True for the text of an anchor: there is an '@' in it before its end. */
bool anchors_has(const char *text);

/* Makes a run of a scenario, whose surprises are those of a list, and writes their anchors,
 * separated by commas. Free it with free. NULL: they could not be named - the run is another, or
 * destroys the machine. */
char *anchors_of(const struct scenario *scenario, uint64_t seed);

enum anchor_fate { ANCHOR_HELD, ANCHOR_MOVED, ANCHOR_GONE };
struct anchor_found {
    char anchor[ANCHORS_CHARS];
    enum anchor_fate fate;
    struct surprise surprise; /* By number, as this code asks; not for ANCHOR_GONE. */
    char now[ANCHORS_CHARS];  /* ANCHOR_MOVED: the anchor of that question. */
};
struct anchors_result {
    struct anchor_found *found; /* In the order of the text. */
    uint32_t count, held, moved, gone;
};

/* Looks for the surprises of a list, anchors or SITE:N:PICK, in a scenario's run of this seed, and
 * makes them the scenario's list. Free the result with anchors_free. False: the text is wrong, and
 * error says where and how. */
bool anchors_resolve(struct scenario *scenario, uint64_t seed, const char *text,
                     struct anchors_result *result, char *error, size_t error_size);
void anchors_free(struct anchors_result *result);
