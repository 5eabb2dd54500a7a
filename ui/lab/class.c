/* class.c - see class.h. */
#include "ui/lab/class.h"
#include "ui/guest/guest.h"
#include "ui/host/files.h"
#include "ui/host/grow.h"
#include "ui/host/jail.h"
#include "ui/host/programs.h"
#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SEAL_NAME "EXIFSIM_SEAL"
#define JAIL_NAME "EXIFSIM_JAIL"

enum {
    SOURCE_BYTES_MAX = 1 << 20,
    JAIL_OUTPUT_BYTES = 4 << 20,
    JAIL_FILE_BYTES = 256 << 20,
    JAIL_PROCESSES = 200
};
#define JAIL_DATA_BYTES  (UINT64_C(1) << 30)
#define JAIL_SPACE_BYTES (UINT64_C(40) << 30)

/* ---- The seal -------------------------------------------------------------------------------- */

void class_take_seal(char out[CLASS_SEAL_CHARS])
{
    const char *value = program_environment(SEAL_NAME);

    out[0] = 0;
    if (value == NULL)
        return;
    snprintf(out, CLASS_SEAL_CHARS, "%s", value);
    /* The text itself lies where the system shows a process's environment. */
    memset((char *)(uintptr_t)value, 'x', strlen(value));
    if (program_environment(JAIL_NAME) != NULL)
        jail_limit_processes(JAIL_PROCESSES);
}

void class_write_seal(const char *seal, FILE *out) { fprintf(out, "exifsim-answer %s\n", seal); }

/* The text behind the seal's line; NULL: it is not there. */
static const char *behind_seal(const char *output, const char *seal)
{
    char line[CLASS_SEAL_CHARS + 32];
    const char *at;

    snprintf(line, sizeof line, "exifsim-answer %s\n", seal);
    at = strstr(output, line);
    return at != NULL ? at + strlen(line) : NULL;
}

/* ---- An answer ------------------------------------------------------------------------------- */

static void copy_text(const json_t *from, const char *key, char *out, size_t size)
{
    const char *text = json_string_value(json_object_get(from, key));

    snprintf(out, size, "%s", text != NULL ? text : "");
}

static int word_in(const json_t *from, const char *key, const char *const *words, int count)
{
    const char *text = json_string_value(json_object_get(from, key));
    int i = 0;

    while (text != NULL && i < count && strcmp(words[i], text) != 0)
        i++;
    return text != NULL && i < count ? i : -1;
}

/* Takes an answer over. False: it is none. */
static bool take_answer(struct class_member *member, const char *text)
{
    json_t *document = json_loads(text, JSON_DISABLE_EOF_CHECK, NULL), *steps;
    int verdict = word_in(document, "verdict", exam_verdict_words, EXAM_UNKNOWN + 1);
    bool good = verdict >= 0;

    steps = json_object_get(document, "steps");
    for (size_t i = 0; good && i < EXAM_STEPS; i++) {
        const json_t *step = json_array_get(steps, i);
        int answer = word_in(step, "answer", exam_answer_words, EXAM_NO + 1);

        good = answer >= 0;
        if (good)
            member->steps[i].answer = (enum exam_answer)answer;
        copy_text(step, "text", member->steps[i].text, sizeof member->steps[i].text);
    }
    if (good) {
        member->verdict = (enum exam_verdict)verdict;
        member->points = (uint32_t)json_integer_value(json_object_get(document, "points"));
        member->most = (uint32_t)json_integer_value(json_object_get(document, "most"));
        copy_text(document, verdict == EXAM_NOT_REFUTED ? "not_asked" : "finding", member->said,
                  sizeof member->said);
    }
    for (int i = 0; good && i < EXAM_STEPS; i++)
        if (member->steps[i].answer == EXAM_NO)
            snprintf(member->said, sizeof member->said, "%s: %.500s", exam_step_titles[i],
                     member->steps[i].text);
    json_decref(document);
    return good;
}

/* Says why there is no answer. */
static void say_none(struct class_member *member, const struct class *class, enum jail_end end,
                     int code, const char *output)
{
    char *said = member->said;
    size_t size = sizeof member->said;

    member->verdict = EXAM_UNKNOWN;
    switch (end) {
    case JAIL_LATE:
        snprintf(said, size, "no answer after %" PRIu64 " s: the exam was ended",
                 class->wall_ms / 1000);
        break;
    case JAIL_TALKED:
        snprintf(said, size, "it printed more than %d MiB: the exam was ended",
                 JAIL_OUTPUT_BYTES >> 20);
        break;
    case JAIL_KILLED:
        snprintf(said, size, "the exam's process was killed by signal %d, and gave no answer",
                 code);
        break;
    case JAIL_ABSENT:
        snprintf(said, size, "the exam's process could not be started");
        break;
    case JAIL_EXITED:
        snprintf(
            said, size,
            "the exam's process ended by itself, with exit code %d, and gave no answer that is "
            "its own; it printed \"%.*s\"",
            code, (int)strcspn(output, "\n") % 200, output);
        break;
    }
}

/* ---- One exam -------------------------------------------------------------------------------- */

struct work {
    struct class *class;
    char scratch[PLACE_CHARS]; /* A folder for copies of what was handed in. */
    pthread_mutex_t lock;
    uint32_t next, done;
};

static bool make_seal(char out[CLASS_SEAL_CHARS])
{
    uint64_t numbers[2];

    if (!program_random(numbers, sizeof numbers))
        return false;
    snprintf(out, CLASS_SEAL_CHARS, "%016" PRIx64 "%016" PRIx64, numbers[0], numbers[1]);
    return true;
}

static void show(struct jail *jail, const char *outside, const char *inside)
{
    if (outside[0] != 0 && jail->readable_count < JAIL_READABLE_MAX)
        jail->readable[jail->readable_count++] = (struct jail_place){ outside, inside };
}

/* Makes the process that tries one copy, and listens to it. */
static void examine(struct class *class, struct class_member *member, const char *copy)
{
    char program[PLACE_CHARS], headers[PLACE_CHARS] = "", exifs[PLACE_CHARS] = "";
    char seal[CLASS_SEAL_CHARS], value[CLASS_SEAL_CHARS + 20];
    char seeds[24], schedules[24], folder[PLACE_CHARS], supplied[PLACE_CHARS + 40], *output;
    const char *found = program_environment("PATH");
    char path[PLACE_CHARS];
    const char *inside = class->no_jail ? copy : "/lab";
    const char *words[] = { program, "lab",    inside, "--lab",       class->lab->name, "--format",
                            "json",  "--runs", seeds,  "--schedules", schedules,        NULL };
    struct jail jail = { .words = words,
                         .values = { path, "HOME=/tmp", "XDG_CACHE_HOME=/tmp/cache", value,
                                     supplied, class->no_jail ? NULL : JAIL_NAME "=yes" },
                         .only_limits = class->no_jail,
                         .wall_ms = class->wall_ms,
                         .cpu_seconds = class->wall_ms / 1000 + 5,
                         .data_bytes = JAIL_DATA_BYTES,
                         .space_bytes = JAIL_SPACE_BYTES,
                         .file_bytes = JAIL_FILE_BYTES,
                         .output_bytes = JAIL_OUTPUT_BYTES };
    const char *answer;
    int code;

    snprintf(path, sizeof path, "PATH=%s", found != NULL ? found : "/usr/bin:/bin");

    char *whole = file_full_path(class->lab->folder); /* .../scenarios/labs/h3 */

    snprintf(folder, sizeof folder, "%s", whole != NULL ? whole : class->lab->folder);
    free(whole);
    for (int i = 0; i < 2; i++)
        folder[file_short_name(folder) - folder - 1] = 0;
    snprintf(supplied, sizeof supplied, "EXIFSIM_SCENARIOS=%s", folder);
    snprintf(seeds, sizeof seeds, "%u", class->seeds != 0 ? class->seeds : class->lab->seeds);
    snprintf(schedules, sizeof schedules, "%" PRIu64, class->schedules);
    if (class->schedules == 0)
        words[9] = NULL;
    if (!make_seal(seal) || !place_of_program("exifsim", program)) {
        say_none(member, class, JAIL_ABSENT, 0, "");
        return;
    }
    snprintf(value, sizeof value, SEAL_NAME "=%s", seal);
    guest_folders(headers, exifs);
    show(&jail, program, program);
    show(&jail, folder, folder);
    show(&jail, headers, headers);
    show(&jail, exifs, exifs);
    show(&jail, copy, "/lab");
    enum jail_end end = jail_run(&jail, &output, &code);

    answer = behind_seal(output, seal);
    if (answer == NULL || !take_answer(member, answer))
        say_none(member, class, end, code, output);
    free(output);
}

static uint64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* Copies what was handed in, its driver.c alone, and has it tried. */
static void grade_member(struct work *work, uint32_t number)
{
    struct class_member *member = &work->class->members[number];
    char copy[PLACE_CHARS + 16], from[PLACE_CHARS + 16], to[PLACE_CHARS + 32];
    uint64_t began = now_ms();

    snprintf(copy, sizeof copy, "%.*s/%u", PLACE_CHARS - 1, work->scratch, number);
    snprintf(from, sizeof from, "%s/driver.c", member->folder);
    snprintf(to, sizeof to, "%s/driver.c", copy);
    if (!folder_make(copy) || !jail_copy(from, to, SOURCE_BYTES_MAX)) {
        member->verdict = EXAM_UNKNOWN;
        snprintf(member->said, sizeof member->said,
                 "driver.c: %s (expected a regular file of at most %d MiB)", strerror(errno),
                 SOURCE_BYTES_MAX >> 20);
    } else {
        examine(work->class, member, copy);
    }
    file_remove(to);
    folder_remove(copy);
    member->host_ms = now_ms() - began;
}

static void *grade_some(void *context)
{
    struct work *work = context;
    struct class *class = work->class;

    pthread_mutex_lock(&work->lock);
    while (work->next < class->count) {
        uint32_t number = work->next++;

        pthread_mutex_unlock(&work->lock);
        grade_member(work, number);
        pthread_mutex_lock(&work->lock);
        work->done++;
        if (class->progress != NULL)
            class->progress(class->ctx, work->done, class->count);
    }
    pthread_mutex_unlock(&work->lock);
    return NULL;
}

/* ---- The class ------------------------------------------------------------------------------- */

void class_add(struct class *class, const char *folder)
{
    struct class_member *member;

    class->members = grow(class->members, &class->room, class->count + 1, sizeof *class->members);
    member = &class->members[class->count++];
    snprintf(member->folder, sizeof member->folder, "%s", folder);
    snprintf(member->who, sizeof member->who, "%s", file_short_name(folder));
}

void class_grade(struct class *class)
{
    struct work work = { .class = class };
    pthread_t threads[64];
    uint32_t count = class->jobs < ARRAY_LEN(threads) ? class->jobs : ARRAY_LEN(threads);

    snprintf(work.scratch, sizeof work.scratch, "%s/exifsim-class-%lu", program_scratch_folder(),
             program_number());
    CHECK(folder_make(work.scratch));
    pthread_mutex_init(&work.lock, NULL);
    if (count > class->count)
        count = class->count;
    for (uint32_t i = 0; i < count; i++)
        CHECK(pthread_create(&threads[i], NULL, grade_some, &work) == 0);
    for (uint32_t i = 0; i < count; i++)
        pthread_join(threads[i], NULL);
    pthread_mutex_destroy(&work.lock);
    folder_remove(work.scratch);
}

void class_free(struct class *class)
{
    free(class->members);
    class->members = NULL;
    class->count = 0;
}
