/* kd.c - opening the run, standing at a record of it, and carrying out a line of commands.
 *
 * A command is a row of commands.def and a function in the file of its subject. It reads kd->look,
 * which was taken when the debugger came to the record, or calls kd_see for what a look does not
 * have: the stretch is then made again, up to the record.
 */
#include "ui/kd/inside.h"
#include "sim/ini.h"
#include "ui/recording/anchor.h"
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    kd_command *act;
    uint32_t most; /* Words behind the command, at most. */
    const char *word, *usage, *text;
} commands[] = {
#define COMMAND(function, word, most, usage, text) { function, most, word, usage, text },
#include "ui/kd/commands.def"
#undef COMMAND
};

void kd_complain(struct kd *kd, const char *format, ...)
{
    va_list arguments;

    kd->wrong = true;
    fflush(kd->out);
    fprintf(kd->errors, "exifsim: ");
    va_start(arguments, format);
    vfprintf(kd->errors, format, arguments);
    va_end(arguments);
    fputc('\n', kd->errors);
    fflush(kd->errors);
}

/* ---- Standing at a record -------------------------------------------------------------------- */

static bool arrive(struct world *world, const struct record *record, uint64_t number, void *ctx)
{
    struct kd *kd = ctx;
    struct glance_actor actor;

    kd->at = number;
    kd->record = *record;
    glance_actor(&actor);
    kd->by = actor.by;
    kd->acting = actor.thread;
    kd->depth = kd_named_frames(kd, kd->frames);
    inspect_take(world, kd->look);
    return true;
}

bool kd_stand(struct kd *kd, uint64_t number)
{
    kd->process = kd->thread = 0;
    return number >= kd->first && number <= kd->last &&
           recording_visit(kd->run,
                           &(struct recording_visit){
                               .from = number, .to = number + 1, .see = arrive, .ctx = kd });
}

struct seeing {
    void (*see)(struct world *world, void *ctx);
    void *ctx;
};

static bool see_once(struct world *world, const struct record *record, uint64_t number, void *ctx)
{
    struct seeing *seeing = ctx;

    (void)record, (void)number;
    seeing->see(world, seeing->ctx);
    return true;
}

void kd_see(struct kd *kd, void (*see)(struct world *world, void *ctx), void *ctx)
{
    struct seeing seeing = { see, ctx };

    CHECK(recording_visit(kd->run,
                          &(struct recording_visit){
                              .from = kd->at, .to = kd->at + 1, .see = see_once, .ctx = &seeing }));
}

/* Room for one at each beginning of a segment in a run of some ten million records, so that a step
 * back takes no longer than a segment. */
#define SNAPSHOTS_BYTES ((uint64_t)1 << 30)

/* ---- Life ------------------------------------------------------------------------------------ */

/* Stands where the options say; false: error says why not. */
static bool stand_first(struct kd *kd, char error[KD_ERROR_CHARS])
{
    uint64_t number = kd->last;

    if (kd->end != NULL && kd->end->result.stop.stopped)
        number = kd->end->result.stop.record;
    if (kd->options.at != NULL &&
        !anchor_resolve(kd->run, NULL, kd->options.at, &number, error, KD_ERROR_CHARS))
        return false;
    if (number > kd->last)
        number = kd->last;
    if (number < kd->first)
        number = kd->first;
    if (kd_stand(kd, number))
        return true;
    snprintf(error, KD_ERROR_CHARS, "the run has no record that could be looked at");
    return false;
}

struct kd *kd_open(const struct kd_options *options, char error[KD_ERROR_CHARS])
{
    struct kd *kd = calloc(1, sizeof *kd);
    uint64_t records;

    if (kd == NULL || (kd->look = inspect_new()) == NULL)
        goto NoMemory;
    kd->options = *options;
    kd->out = options->out;
    kd->errors = options->errors;
    kd->run = options->run;
    if (kd->run == NULL)
        kd->run = recording_open(
            &(struct recording_options){ .scenario = options->scenario,
                                         .seed = options->seed,
                                         .until = options->until,
                                         .snapshots_bytes = SNAPSHOTS_BYTES,
                                         .segment_records = options->segment_records });
    if (kd->run == NULL)
        goto NoMemory;
    recording_wait(kd->run);
    recording_lock(kd->run);
    kd->end = recording_end(kd->run);
    records = recording_status(kd->run)->records;
    memcpy(kd->broken, recording_status(kd->run)->broken, sizeof kd->broken);
    recording_unlock(kd->run);
    kd->first = recording_first(kd->run);
    kd->last = records > 0 ? records - 1 : 0;
    kd->symbols = symbols_open();
    if (kd->symbols != NULL) /* Names are looked up on simulated stacks, which are small. */
        symbols_prepare(kd->symbols, false);
    if (stand_first(kd, error))
        return kd;
    kd_close(kd);
    return NULL;

NoMemory:
    snprintf(error, KD_ERROR_CHARS, "no memory for a recording");
    kd_close(kd);
    return NULL;
}

void kd_close(struct kd *kd)
{
    if (kd == NULL)
        return;
    if (kd->run != kd->options.run)
        recording_close(kd->run);
    inspect_free(kd->look);
    if (kd->symbols != NULL)
        symbols_close(kd->symbols);
    for (int i = 0; i < KD_BREAKS_MAX; i++)
        free(kd->breaks[i].writes);
    free(kd->names);
    free(kd);
}

void kd_banner(struct kd *kd)
{
    uint32_t count = kd->look->processor_count;

    fprintf(kd->out, "Windows Server 2003 Kernel Version 3790 %s", count > 1 ? "MP" : "UP");
    if (count > 1)
        fprintf(kd->out, " (%u procs)", count);
    fprintf(kd->out, " Free x86 compatible (simulated)\n");
    if (kd->broken[0] != 0)
        fprintf(kd->out, "The run broke off: %s\n", kd->broken);
    kd_tell_position(kd);
}

void kd_print_to(struct kd *kd, FILE *out, FILE *errors)
{
    kd->out = out;
    kd->errors = errors;
}

void kd_go(struct kd *kd, uint64_t record)
{
    record = MAX_OF(MIN_OF(record, kd->last), kd->first);
    if (record != kd->at)
        kd_stand(kd, record);
}

uint64_t kd_at(const struct kd *kd) { return kd->at; }
struct recording *kd_recording(const struct kd *kd) { return kd->run; }

const char *kd_prompt(struct kd *kd)
{
    if (kd->look->processor_count > 1)
        snprintf(kd->prompt, sizeof kd->prompt, "%u: kd> ", kd->record.cpu);
    else
        snprintf(kd->prompt, sizeof kd->prompt, "kd> ");
    return kd->prompt;
}

/* True if the word is the first of its command. */
static bool begins_command(const char *line, const char *word)
{
    size_t before = strlen(line) - MIN_OF(strlen(line), strlen(word));

    while (before > 0 && line[before - 1] == ' ')
        before--;
    return before == 0 || line[before - 1] == ';';
}

void kd_complete(struct kd *kd, const char *line, const char *word,
                 void (*offer)(void *to, const char *word), void *to)
{
    if (!begins_command(line, word)) {
        if (kd != NULL)
            kd_offer_functions(kd, word, offer, to);
        return;
    }
    for (size_t i = 0; i < ARRAY_LEN(commands); i++)
        if (strncmp(commands[i].word, word, strlen(word)) == 0)
            offer(to, commands[i].word);
}

bool kd_was_wrong(const struct kd *kd) { return kd->wrong; }

/* ---- Commands -------------------------------------------------------------------------------- */

static void unknown(struct kd *kd, const char *word)
{
    const char *words[ARRAY_LEN(commands)], *near;

    for (size_t i = 0; i < ARRAY_LEN(commands); i++)
        words[i] = commands[i].word;
    near = ini_did_you_mean(word, words, ARRAY_LEN(commands));
    if (near != NULL)
        kd_complain(kd, "the command \"%s\" (expected one of .help); did you mean \"%s\"?", word,
                    near);
    else
        kd_complain(kd, "the command \"%s\" (expected one of .help)", word);
}

/* Carries out one command, which it cuts into words. */
static void carry_out(struct kd *kd, char *text)
{
    struct kd_words words = { .rest = "" };
    char copy[512], *rest = text + strcspn(text, " \t");

    rest += strspn(rest, " \t");
    snprintf(copy, sizeof copy, "%s", rest);
    words.rest = copy;
    for (char *word = strtok(text, " \t"); word != NULL; word = strtok(NULL, " \t")) {
        if (words.count == KD_WORDS_MAX) {
            kd_complain(kd, "%s (expected fewer words)", words.words[0]);
            return;
        }
        words.words[words.count++] = word;
    }
    for (size_t i = 0; words.count > 0 && i < ARRAY_LEN(commands); i++)
        if (strcmp(words.words[0], commands[i].word) == 0) {
            if (words.count - 1 > commands[i].most)
                kd_complain(kd, "%s %s (expected %s)", words.words[0], words.rest,
                            commands[i].usage);
            else
                commands[i].act(kd, &words);
            return;
        }
    if (words.count > 0)
        unknown(kd, words.words[0]);
}

bool kd_line(struct kd *kd, const char *line)
{
    char part[512];

    while (!kd->over && *line != 0) {
        const char *from = line + strspn(line, " \t");
        size_t length = strcspn(from, ";");

        line = from + length + (from[length] == ';');
        while (length > 0 && strchr(" \t", from[length - 1]) != NULL)
            length--;
        if (length == 0)
            continue;
        if (kd->options.echo)
            fprintf(kd->out, "%s%.*s\n", kd_prompt(kd), (int)length, from);
        if (length >= sizeof part) {
            kd_complain(kd, "a command of more than %zu bytes (expected a shorter one)",
                        sizeof part - 1);
            continue;
        }
        snprintf(part, sizeof part, "%.*s", (int)length, from);
        carry_out(kd, part);
    }
    return !kd->over;
}

void kd_do_help(struct kd *kd, const struct kd_words *words)
{
    (void)words;
    for (size_t i = 0; i < ARRAY_LEN(commands); i++)
        fprintf(kd->out, "%-40s %s\n", commands[i].usage, commands[i].text);
    fprintf(
        kd->out,
        "\nNumbers are hexadecimal; 0n10 is ten. Semicolons part commands.\n"
        "Steps and breakpoints go from record to record: what happens between two of them is seen "
        "at\n"
        "the second. A breakpoint on a function is hit by the first record that is made while the\n"
        "function is on its thread's stack, among the innermost %d frames. A call that makes no\n"
        "record is not noticed, nor is a second call without a record between the two. A "
        "breakpoint\n"
        "on a line is hit likewise while a call on that line is under way. gu takes a further "
        "call\n"
        "from the same place for the present one. A write is noticed whenever it happens; the\n"
        "debugger then stands at the next record.\n",
        KD_FRAMES_MAX);
}

void kd_do_help_too(struct kd *kd, const struct kd_words *words) { kd_do_help(kd, words); }

void kd_do_quit(struct kd *kd, const struct kd_words *words)
{
    (void)words;
    kd->over = true;
}
