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

#define CM_KEY_MARK  0xffffffffu
#define CM_MARK_NAME "\\"

struct cm_key { /* The body of a key object. */
    char path[PATH_CHARS_MAX + 1];
};
struct cm_value {
    char path[PATH_CHARS_MAX + 1];
    char name[NAME_MAX_CHARS + 1];
    uint32_t type;   /* REG_SZ, REG_DWORD or another; CM_KEY_MARK: no value, the key exists. */
    bool raw;        /* The value is `number` bytes of data in `text`, as a driver gave them. */
    uint32_t number; /* A REG_DWORD's. */
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

/* ---- For cm_key.c ---------------------------------------------------------------------------- */
struct cm_value *cm_find(const char *key, const char *name); /* NULL: none. */
bool cm_same(const char *one, const char *other);            /* Without case. */
/* True if the path is the key or lies below it; *rest is "" or "\..." behind it. */
bool cm_below(const char *path, const char *key, const char **rest);
bool cm_key_exists(const char *key);
bool cm_is_full(void); /* No room for one more value. */
void cm_mark_key(const char *key);
/* Sets a value of any type; at most PATH_CHARS_MAX bytes. */
void cm_set_raw(const char *key, const char *name, uint32_t type, const void *data, uint32_t bytes);
void cm_remove(struct cm_value *value);

/* ---- Event logs ------------------------------------------------------------------------------ */
/* Writes a line at the present time, and a LOG record. */
void cm_log(enum cm_log log, enum cm_severity severity, const char *source, uint32_t id,
            const char *format, ...) PRINTF_LIKE(5, 6);
/* Number of lines kept; line 0 is the oldest. */
uint32_t cm_log_count(void);
const struct cm_line *cm_log_line(uint32_t index);
/* Copies the event source of a driver: "ExIfs" for \FileSystem\ExIfs. */
void cm_source_name(const DRIVER_OBJECT *driver, char *out, size_t size);
