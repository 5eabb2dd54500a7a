/* services.h - the table of services.def, for programs, scenarios and reports.
 *
 * Pure data and look-ups; includes no Windows header.
 */
#pragma once
#include "sim/base.h"

/* Arguments of nt_mark_service: the service, and its state with the numbers of winsvc.h.
 * services.exe marks the start and the end of a service. SERVICE_RUNNING is marked by the service
 * itself (SetServiceStatus), and by services.exe for a driver. */
enum server_service {
#define SERVER(id, name, display, image, kind, start, needs, action, delay) SERVER_##id,
#include "model/words/services.def"
#undef SERVER
    SERVER_COUNT
};
#ifndef SERVICE_STATES /* <winsvc.h> has the same, for programs from outside. */
#define SERVICE_STATES
enum server_state {
    SERVICE_STOPPED = 1,
    SERVICE_START_PENDING = 2,
    SERVICE_STOP_PENDING = 3,
    SERVICE_RUNNING = 4,
};
#endif
enum server_kind { KIND_DRIVER, KIND_OWN, KIND_SHARED, KIND_SYSTEM };
enum server_start { START_SYSTEM, START_AUTO, START_DEMAND, START_DISABLED };
enum server_action { ACTION_NONE, ACTION_RESTART, ACTION_PROGRAM };

_Static_assert(SERVER_COUNT <= 32, "dependencies are bits of a word");

struct server_row {
    const char *name, *display, *image;
    enum server_kind kind;
    enum server_start start;
    uint32_t needs; /* Services that this one depends on; bits of enum server_service. */
    enum server_action action;
    uint32_t delay_ms;
};
extern const struct server_row server_rows[SERVER_COUNT];
extern const char *const server_state_words[5]; /* "RUNNING", as sc.exe has them; by number. */
extern const char *const server_start_words[4]; /* "auto", as sc.exe takes them. */

/* Finds a service by its name or display name, ignoring case; SERVER_COUNT: there is none. */
uint32_t server_find(const char *name);

/* Returns the most similar service name, for an error message; NULL: no name is similar. */
const char *server_near(const char *name);

/* Reads the value of [machine] services: "exchange-core", "all", or names separated by commas. *set
 * gets the services and everything they depend on. False: a word is no service, and wrong[] holds
 * it. */
bool server_set(const char *text, uint32_t *set, char wrong[64]);

/* Returns the set and every service that it depends on. */
uint32_t server_closure(uint32_t set);
