/* cm.h - registry values and event logs.
 *
 * Keys are named by full paths; a key exists while it has values. The System and the Application
 * log share one ring of lines, of which the oldest leave first.
 *
 *     cm_set_text("\\Registry\\Machine\\System\\...\\EXIFS", "Build", "6.5.7638.1");
 *     cm_log(LOG_SYSTEM, LOG_ERROR, "Srv", 2019, "The server was unable to ...");
 */
#pragma once
#include "model/kernel/include/ntifs.h"
#include "model/words/event_log.h"
#include "model/words/limits.h"
#include "sim/base.h"

struct kernel;

struct cm_key { /* The body of a key object. */
    char path[PATH_CHARS_MAX + 1];
};
struct cm_value {
    char path[PATH_CHARS_MAX + 1];
    char name[NAME_MAX_CHARS + 1];
    uint32_t type; /* REG_SZ or REG_DWORD. */
    uint32_t number;
    char text[PATH_CHARS_MAX + 1];
};
struct cm_state {
    uint32_t value_count;
    struct cm_value values[REGISTRY_VALUES_MAX];
    uint32_t line_count, line_first;
    struct cm_line lines[LOG_LINES_MAX];
};

/* Makes an empty registry and empty logs. */
void cm_start(void);
/* Takes over registry and event logs of the kernel before a restart. */
void cm_take_over(const struct kernel *before);

/* ---- Registry -------------------------------------------------------------------------------- */
/* Set a value, and so make its key if need be. Longer texts are cut to PATH_CHARS_MAX. */
void cm_set_text(const char *key, const char *value_name, const char *text);
void cm_set_dword(const char *key, const char *value_name, uint32_t value);
/* Get a value. False: there is none of this name and type. */
bool cm_get_text(const char *key, const char *value_name, char *out, size_t size);
bool cm_get_dword(const char *key, const char *value_name, uint32_t *out);

/* ---- Event logs ------------------------------------------------------------------------------ */
/* Writes a line at the present time, and a LOG record. */
void cm_log(enum cm_log log, enum cm_severity severity, const char *source, uint32_t id,
            const char *format, ...) PRINTF_LIKE(5, 6);
/* Number of lines kept; line 0 is the oldest. */
uint32_t cm_log_count(void);
const struct cm_line *cm_log_line(uint32_t index);
/* Copies the event source of a driver: "ExIfs" for \FileSystem\ExIfs. */
void cm_source_name(const DRIVER_OBJECT *driver, char *out, size_t size);
