/* plan.c - makes the points of a sweep from a document with ${...}: axes, constraints, seeds.
 *
 * The document is read once and stays in memory, so editing the file during a sweep changes
 * nothing. A point's scenario is the same document with one value in place of each axis, read by
 * the same strict reader. Every point is read before the first run begins.
 */
#include "ui/campaign/plan.h"
#include "ui/campaign/bounds.h"
#include "ui/campaign/plan_axis.h"
#include "ui/host/grow.h"
#include "ui/run/document.h"
#include "ui/host/memory_file.h"
#include <jansson.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

/* ---- The document as text -------------------------------------------------------------------- */

static bool is_axis(const char *value) { return strstr(value, "${") != NULL; }

bool plan_wanted(const struct ini *ini)
{
    const char *key, *value;
    struct ini_place place;

    for (uint32_t s = 0; s < ini_section_count(ini); s++)
        for (uint32_t k = 0; ini_key_at(ini, ini_section_name(ini, s), k, &key, &value, &place);
             k++)
            if (is_axis(value))
                return true;
    return false;
}

bool plan_is_sweep(const char *path, const char *const *sets, uint32_t set_count)
{
    struct ini *ini = document_read(path);
    bool sweep;

    for (uint32_t i = 0; i < set_count; i++)
        ini_set(ini, sets[i]);
    sweep = plan_wanted(ini);
    ini_free(ini);
    return sweep;
}

bool plan_is_meant(const char *path, const char *const *sets, uint32_t set_count)
{
    struct ini *ini = document_read(path);
    bool meant;

    for (uint32_t i = 0; i < set_count; i++)
        ini_set(ini, sets[i]);
    meant = plan_wanted(ini);
    for (uint32_t s = 0; s < ini_section_count(ini) && !meant; s++)
        meant = strcmp(ini_section_name(ini, s), "sweep") == 0;
    for (int i = 0; i < SCENARIO_CURVE_KEYS && !meant; i++)
        meant = ini_has(ini, "expect", scenario_curve_keys[i]);
    ini_free(ini);
    return meant;
}

static char *whole_text(const struct ini *ini)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = memory_file_open(&text, &length);
    const char *key, *value;
    struct ini_place place;

    CHECK(out != NULL);
    for (uint32_t s = 0; s < ini_section_count(ini); s++) {
        fprintf(out, "%s[%s]\n", s > 0 ? "\n" : "", ini_section_name(ini, s));
        for (uint32_t k = 0; ini_key_at(ini, ini_section_name(ini, s), k, &key, &value, &place);
             k++)
            fprintf(out, "%s = %s\n", key, value);
    }
    memory_file_close(out);
    return text;
}

/* True for keys that change no run: prose, expectations, numbers of runs. */
static bool frames(const char *section, const char *key)
{
    if (strcmp(section, "sweep") == 0 || strcmp(section, "expect") == 0)
        return false;
    return strcmp(section, "scenario") != 0 ||
           (strcmp(key, "title") != 0 && strcmp(key, "story") != 0);
}

static int by_text(const void *one, const void *other)
{
    return strcmp(*(char *const *)one, *(char *const *)other);
}

static char *frame_text(const struct ini *ini)
{
    char **lines = NULL, *text = NULL;
    size_t count = 0, lines_room = 0, length = 0;
    FILE *out;
    const char *key, *value;
    struct ini_place place;

    for (uint32_t s = 0; s < ini_section_count(ini); s++)
        for (uint32_t k = 0; ini_key_at(ini, ini_section_name(ini, s), k, &key, &value, &place);
             k++) {
            const char *section = ini_section_name(ini, s);
            size_t room = strlen(section) + strlen(key) + strlen(value) + 8;

            if (!frames(section, key))
                continue;
            lines = grow(lines, &lines_room, count + 1, sizeof *lines);
            CHECK((lines[count] = malloc(room)) != NULL);
            snprintf(lines[count++], room, "%s.%s = %s", section, key,
                     is_axis(value) ? "${}" : value);
        }
    if (count > 0)
        qsort(lines, count, sizeof *lines, by_text);
    out = memory_file_open(&text, &length);
    CHECK(out != NULL);
    for (size_t i = 0; i < count; i++) {
        fprintf(out, "%s\n", lines[i]);
        free(lines[i]);
    }
    free(lines);
    memory_file_close(out);
    return text;
}

/* ---- Axes and points ------------------------------------------------------------------------- */

static void find_axes(struct plan *plan)
{
    const char *key, *value;
    struct ini_place place;

    for (uint32_t s = 0; s < ini_section_count(plan->ini); s++) {
        const char *section = ini_section_name(plan->ini, s);

        for (uint32_t k = 0; ini_key_at(plan->ini, section, k, &key, &value, &place); k++) {
            if (!is_axis(value))
                continue;
            if (plan->axis_count == PLAN_AXES_MAX) {
                ini_error(plan->ini, section, key, "one more axis (expected at most %d)",
                          PLAN_AXES_MAX);
                return;
            }
            plan_axis_read(plan->ini, section, key, value, &plan->axes[plan->axis_count++]);
        }
    }
}

const char *plan_value(const struct plan *plan, const struct plan_point *point, uint32_t axis)
{
    return plan->axes[axis].values[point->picks[axis]];
}

static char *label_of(const struct plan *plan, const struct plan_point *point, bool versions)
{
    char label[PLAN_LABEL_CHARS] = "";
    size_t used = 0;

    for (uint32_t a = 0; a < plan->axis_count; a++) {
        if (plan->axes[a].version && !versions)
            continue;
        int more = snprintf(label + used, sizeof label - used, "%s%s=%s", used > 0 ? "," : "",
                            plan->axes[a].name, plan_value(plan, point, a));

        if (more < 0 || used + (size_t)more >= sizeof label)
            return NULL;
        used += (size_t)more;
    }
    return strdup(used == 0 && versions ? "all" : label);
}

/* Makes all combinations, the last axis changing fastest, except those that `only` rules out. */
static void make_points(struct plan *plan, const char *only)
{
    struct plan_point point = { 0 };
    uint64_t all = 1;

    for (uint32_t a = 0; a < plan->axis_count; a++) {
        all *= plan->axes[a].value_count;
        if (all > PLAN_POINTS_MAX) {
            ini_error(plan->ini, plan->axes[a].section, plan->axes[a].key,
                      "more than %d points (expected at most that many)", PLAN_POINTS_MAX);
            return;
        }
    }
    plan->points = calloc(all, sizeof *plan->points);
    CHECK(plan->points != NULL);
    for (uint64_t number = 0; number < all && ini_error_count(plan->ini) == 0; number++) {
        uint64_t rest = number;

        for (uint32_t a = plan->axis_count; a-- > 0; rest /= plan->axes[a].value_count)
            point.picks[a] = (uint32_t)(rest % plan->axes[a].value_count);
        if (only != NULL && !plan_only(plan, &point, only))
            continue;
        point.position = plan->point_count;
        point.label = label_of(plan, &point, true);
        point.seed_label = label_of(plan, &point, false);
        plan->points[plan->point_count++] = point;
        if (point.label == NULL || point.seed_label == NULL) {
            ini_error(plan->ini, "sweep", NULL,
                      "labels of more than %d characters (expected shorter values)",
                      PLAN_LABEL_CHARS - 1);
            return;
        }
    }
    if (plan->point_count == 0 && ini_error_count(plan->ini) == 0)
        ini_error(plan->ini, "sweep", "only",
                  "\"%s\", which leaves no point (expected at least one)", only);
}

static bool read_point(struct plan *plan, const struct plan_point *point, struct scenario *out)
{
    for (uint32_t a = 0; a < plan->axis_count; a++)
        ini_replace(plan->ini, plan->axes[a].section, plan->axes[a].key,
                    plan_value(plan, point, a));
    return scenario_read(out, plan->ini, plan->path);
}

/* Reads every point. Only the first that fails reports its errors; the others would repeat them. */
static void try_points(struct plan *plan, const uint64_t *base_seed)
{
    struct scenario *scenario = malloc(sizeof *scenario);

    CHECK(scenario != NULL);
    for (uint32_t i = 0; i < plan->point_count && read_point(plan, &plan->points[i], scenario); i++)
        ;
    if (plan->name[0] == 0)
        snprintf(plan->name, sizeof plan->name, "%s", scenario->title);
    plan->base_seed = base_seed != NULL ? *base_seed : scenario->has_seed ? scenario->seed : 0;
    for (uint32_t a = 0; a < plan->axis_count; a++)
        if (strcmp(plan->axes[a].name, "scenario.seed") == 0 && base_seed == NULL)
            plan->base_seed = 0;
    free(scenario);
}

static void read_sweep(struct plan *plan)
{
    const char *name = NULL, *only = NULL;
    uint64_t replicas = 1;

    ini_get_text(plan->ini, "sweep", "name", &name);
    ini_get_text(plan->ini, "sweep", "only", &only);
    ini_get_uint(plan->ini, "sweep", "replicas", 1, PLAN_REPLICAS_MAX, &replicas);
    plan->replicas = (uint32_t)replicas;
    snprintf(plan->name, sizeof plan->name, "%s", name != NULL ? name : "");
    find_axes(plan);
    bounds_lint(plan->ini);
    if (ini_error_count(plan->ini) == 0)
        make_points(plan, only);
}

struct plan *plan_read(const char *path, const char *const *sets, uint32_t set_count,
                       const uint64_t *base_seed, FILE *errors)
{
    struct plan *plan = calloc(1, sizeof *plan);
    pthread_mutex_t *lock = malloc(sizeof *lock);

    CHECK(plan != NULL && lock != NULL);
    pthread_mutex_init(lock, NULL);
    plan->lock = lock;
    snprintf(plan->path, sizeof plan->path, "%s", path);
    plan->ini = document_read(path);
    for (uint32_t i = 0; i < set_count; i++)
        ini_set(plan->ini, sets[i]);
    plan->text = whole_text(plan->ini);
    plan->frame = frame_text(plan->ini);
    if (ini_error_count(plan->ini) == 0)
        read_sweep(plan);
    if (ini_error_count(plan->ini) == 0)
        try_points(plan, base_seed);
    if (ini_error_count(plan->ini) == 0)
        return plan;
    for (uint32_t i = 0; i < ini_error_count(plan->ini); i++)
        fprintf(errors, "%s\n", ini_error_text(plan->ini, i));
    plan_free(plan);
    return NULL;
}

/* ---- Asking ---------------------------------------------------------------------------------- */

void plan_scenario(struct plan *plan, const struct plan_point *point, struct scenario *out)
{
    pthread_mutex_lock(plan->lock);
    bool good = read_point(plan, point, out);

    pthread_mutex_unlock(plan->lock);
    CHECK(good); /* plan_read has read this point already, so it cannot fail now. */
}

bool plan_has(const struct plan *plan, uint32_t position, uint32_t replica)
{
    uint64_t run = (uint64_t)replica * plan->point_count + position;

    return plan->shards == 0 || run % plan->shards == plan->shard - 1;
}

uint64_t plan_seed(const struct plan *plan, const struct plan_point *point, uint32_t replica)
{
    char text[SCENARIO_TEXT + PLAN_LABEL_CHARS + 32];
    int length;

    for (uint32_t a = 0; a < plan->axis_count && replica == 0; a++)
        if (strcmp(plan->axes[a].name, "scenario.seed") == 0)
            return strtoull(plan_value(plan, point, a), NULL, 0) & INT64_MAX;
    length = snprintf(text, sizeof text, "%s\n%s\n%u", plan->name, point->seed_label, replica);
    return XXH64(text, (size_t)length, plan->base_seed) >> 1;
}

char *plan_axes_json(const struct plan *plan, const struct plan_point *point)
{
    json_t *axes = json_object();
    char *text;

    for (uint32_t a = 0; a < plan->axis_count; a++)
        json_object_set_new(axes, plan->axes[a].name, json_string(plan_value(plan, point, a)));
    text = json_dumps(axes, JSON_COMPACT | JSON_PRESERVE_ORDER);
    CHECK(text != NULL);
    json_decref(axes);
    return text;
}

void plan_free(struct plan *plan)
{
    if (plan == NULL)
        return;
    for (uint32_t a = 0; a < plan->axis_count; a++)
        plan_axis_free(&plan->axes[a]);
    for (uint32_t i = 0; i < plan->point_count; i++) {
        free(plan->points[i].label);
        free(plan->points[i].seed_label);
    }
    free(plan->points);
    free(plan->text);
    free(plan->frame);
    ini_free(plan->ini);
    pthread_mutex_destroy(plan->lock);
    free(plan->lock);
    free(plan);
}
