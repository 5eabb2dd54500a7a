/* services.h - the table of services.def for whoever needs its words: programs, scenarios, reports.
 *
 * Pure data and look-ups; sees no Windows.
 */
#pragma once
#include "sim/base.h"

/* For nt_mark_service: who, and its state with the numbers of winsvc.h. services.exe marks a start
 * and an end; that it runs, a service says itself (SetServiceStatus), for a driver services.exe. */
enum server_service {
#define SERVER(id, name, display, image, kind, start, needs, action, delay) SERVER_##id,
#include "model/words/services.def"
#undef SERVER
    SERVER_COUNT
};
enum server_state {
    SERVICE_STOPPED = 1,
    SERVICE_START_PENDING = 2,
    SERVICE_STOP_PENDING = 3,
    SERVICE_RUNNING = 4,
};
enum server_kind { KIND_DRIVER, KIND_OWN, KIND_SHARED, KIND_SYSTEM };
enum server_start { START_SYSTEM, START_AUTO, START_DEMAND, START_DISABLED };
enum server_action { ACTION_NONE, ACTION_RESTART, ACTION_PROGRAM };

_Static_assert(SERVER_COUNT <= 32, "dependencies are bits of a word");

struct server_row {
    const char *name, *display, *image;
    enum server_kind kind;
    enum server_start start;
    uint32_t needs; /* Bits. */
    enum server_action action;
    uint32_t delay_ms;
};
extern const struct server_row server_rows[SERVER_COUNT];
extern const char *const server_state_words[5]; /* "RUNNING", as sc.exe has them; by number. */
extern const char *const server_start_words[4]; /* "auto", as sc.exe takes them. */

/* By its name or its display name, in any case; SERVER_COUNT: none is called that. */
uint32_t server_find(const char *name);

/* The nearest name, for an error; NULL: none is near. */
const char *server_near(const char *name);

/* What a scenario's [machine] services means: "exchange-core", "all", or names separated by commas;
 * with everything they need. False: wrong, and *wrong holds the word. */
bool server_set(const char *text, uint32_t *set, char wrong[64]);

/* The set and all it depends on. */
uint32_t server_closure(uint32_t set);
