/* names.c - names of frames and functions, and lm, ln, x. A frame's name is looked up once: steps
 * and breakpoints ask for the frames of every record they pass. Addresses of code are the invented
 * ones that stacks show (ui/report/stack.h). */
#include "ui/kd/inside.h"
#include "model/look/objects.h"
#include "ui/host/files.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

struct kd_name {
    void *address; /* NULL: the entry is free. */
    bool known, line_read;
    int line; /* 0: unknown. */
    char name[REPORT_FRAME_CHARS], file[48];
};

/* True if NT or a driver has such a function: the kernel's own helpers have small letters, and what
 * the compiler and the loader put into a guest has these prefixes. */
static bool is_shown(const char *name)
{
    const char *mark = strchr(name, '!');

    if (mark == NULL || strchr(mark, '$') != NULL || strncmp(mark, "!__", 3) == 0 ||
        strncmp(mark, "!exifsim_", 9) == 0)
        return false;
    return (!stack_is_of(name, "nt") && !stack_is_of(name, "kernel32")) ||
           isupper((unsigned char)mark[1]);
}

/* ---- Frames ---------------------------------------------------------------------------------- */

static struct kd_name *slot_of(const struct kd *kd, const void *address)
{
    size_t at = (size_t)((uintptr_t)address * 0x9e3779b97f4a7c15u >> 20) & (kd->name_room - 1);

    while (kd->names[at].address != NULL && kd->names[at].address != address)
        at = (at + 1) & (kd->name_room - 1);
    return &kd->names[at];
}

static void make_room(struct kd *kd)
{
    struct kd_name *before = kd->names;
    size_t room = kd->name_room;

    if (2 * kd->name_count < room)
        return;
    kd->name_room = room > 0 ? 2 * room : 1024;
    kd->names = calloc(kd->name_room, sizeof *kd->names);
    CHECK(kd->names != NULL);
    for (size_t i = 0; i < room; i++)
        if (before[i].address != NULL)
            *slot_of(kd, before[i].address) = before[i];
    free(before);
}

static struct kd_name *name_of(struct kd *kd, void *address)
{
    struct kd_name *slot;

    make_room(kd);
    slot = slot_of(kd, address);
    if (slot->address == NULL) {
        slot->address = address;
        slot->known = kd->symbols != NULL &&
                      symbols_name(kd->symbols, address, slot->name, sizeof slot->name) &&
                      !report_is_plumbing(slot->name) && is_shown(slot->name);
        kd->name_count++;
    }
    return slot;
}

const char *kd_frame(struct kd *kd, void *address)
{
    const struct kd_name *name = address != NULL ? name_of(kd, address) : NULL;

    return name != NULL && name->known ? name->name : NULL;
}

uint32_t kd_named_frames(struct kd *kd, void *frames[KD_FRAMES_MAX])
{
    uint32_t count = glance_frames(frames, KD_FRAMES_MAX), named = 0;

    for (uint32_t i = 0; i < count; i++)
        if (kd_frame(kd, frames[i]) != NULL)
            frames[named++] = frames[i];
    return named;
}

int kd_frame_line(struct kd *kd, void *address, const char **file)
{
    struct kd_name *name = address != NULL ? name_of(kd, address) : NULL;
    char path[256];

    *file = "";
    if (name == NULL || !name->known)
        return 0;
    if (!name->line_read && symbols_line(kd->symbols, address, path, sizeof path, &name->line)) {
        snprintf(name->file, sizeof name->file, "%.47s", file_short_name(path));
    }
    name->line_read = true;
    *file = name->file;
    return name->line;
}

/* ---- Functions ------------------------------------------------------------------------------- */

static uint32_t address_of(const char *name)
{
    struct stack_line line = { 0 };

    snprintf(line.name, sizeof line.name, "%.*s", (int)sizeof line.name - 1, name);
    line.user = false;
    return stack_function(&line);
}

uint32_t kd_code(struct kd *kd, const void *code, char name[REPORT_FRAME_CHARS])
{
    uint32_t address = 0;

    if (code != NULL && kd->symbols != NULL &&
        symbols_name(kd->symbols, (const char *)code + 1, name, REPORT_FRAME_CHARS))
        address = address_of(name);
    if (address == 0 || !is_shown(name))
        name[0] = 0;
    return address;
}

/* ---- Modules --------------------------------------------------------------------------------- */

enum { MODULES_SHOWN = 64 };
struct module_list {
    uint32_t count;
    char names[MODULES_SHOWN][INSPECT_NAME];
    const void *entries[MODULES_SHOWN];
    uint32_t starts[MODULES_SHOWN];
};

static void see_modules(struct world *world, void *ctx)
{
    struct module_list *list = ctx;
    struct look_driver driver;

    while (list->count < MODULES_SHOWN &&
           look_module(world, list->count, list->names[list->count], &list->starts[list->count])) {
        if (look_driver(world, 0, list->names[list->count], &driver))
            list->entries[list->count] = driver.entry;
        list->count++;
    }
}

/* The modules of this instant; their symbols have been read. */
static void list_modules(struct kd *kd, struct module_list *list)
{
    char name[REPORT_FRAME_CHARS];

    list->count = 0;
    memset(list->entries, 0, sizeof list->entries);
    kd_see(kd, see_modules, list);
    for (uint32_t i = 0; i < list->count; i++) {
        kd_code(kd, list->entries[i], name);
        for (char *at = list->names[i]; *at != 0; at++)
            *at = (char)tolower((unsigned char)*at);
    }
}

void kd_do_modules(struct kd *kd, const struct kd_words *words)
{
    static struct module_list list;

    (void)words;
    list_modules(kd, &list);
    fprintf(kd->out, "start    end        module name\n");
    fprintf(kd->out, "e0800000 e0a00000   nt         (simulated)\n");
    for (uint32_t i = 0; i < list.count; i++)
        if (list.starts[i] != 0)
            fprintf(kd->out, "%08x %08x   %-10s (private pdb symbols)\n", list.starts[i],
                    list.starts[i] + LOOK_MODULE_BYTES, list.names[i]);
        else
            fprintf(kd->out, "???????? ????????   %-10s (simulated)\n", list.names[i]);
}

/* ---- Looking for names ----------------------------------------------------------------------- */

enum { FOUND_MAX = 4096 };
struct found_names {
    const char *pattern;
    uint32_t address, count; /* address: what is looked for where pattern is NULL. */
    char (*names)[REPORT_FRAME_CHARS];
};

/* True if the function's code may be at the address. */
static bool is_near(uint32_t address, const char *name)
{
    uint32_t start = address_of(name);

    return start != 0 && address - start < 0x200;
}

static void take_name(void *ctx, const char *name)
{
    struct found_names *found = ctx;

    if (strlen(name) >= REPORT_FRAME_CHARS || !is_shown(name) || found->count == FOUND_MAX)
        return;
    if (found->pattern != NULL ? kd_fits(found->pattern, name) : is_near(found->address, name))
        memcpy(found->names[found->count++], name, strlen(name) + 1);
}

static int by_text(const void *one, const void *other) { return strcmp(one, other); }

/* Finds names in order, each once. Free them with free. */
static void find_names(struct kd *kd, struct found_names *found)
{
    static struct module_list list;
    uint32_t kept = 0;

    found->names = calloc(FOUND_MAX, sizeof *found->names);
    CHECK(found->names != NULL);
    if (kd->symbols == NULL)
        return;
    list_modules(kd, &list);
    symbols_each(kd->symbols, take_name, found);
    qsort(found->names, found->count, sizeof *found->names, by_text);
    for (uint32_t i = 0; i < found->count; i++)
        if (kept == 0 || strcmp(found->names[kept - 1], found->names[i]) != 0)
            memmove(found->names[kept++], found->names[i], REPORT_FRAME_CHARS);
    found->count = kept;
}

void kd_do_examine(struct kd *kd, const struct kd_words *words)
{
    struct found_names found = { 0 };

    if (words->count < 2 || strchr(words->words[1], '!') == NULL) {
        kd_complain(kd, "x \"%s\" (expected a pattern such as exifs!*Cleanup*)",
                    words->count > 1 ? words->words[1] : "");
        return;
    }
    found.pattern = words->words[1];
    find_names(kd, &found);
    for (uint32_t i = 0; i < found.count; i++)
        fprintf(kd->out, "%08x          %s = <no type information>\n", address_of(found.names[i]),
                found.names[i]);
    if (found.count == 0)
        kd_complain(kd,
                    "x \"%s\" (expected a pattern that fits a function, such as exifs!*Cleanup*)",
                    found.pattern);
    free(found.names);
}

bool kd_has_function(struct kd *kd, const char *text)
{
    struct found_names found = { 0 };
    char pattern[KD_TEXT + 2];
    bool good;

    snprintf(pattern, sizeof pattern, strchr(text, '!') != NULL ? "%.120s" : "*!%.120s", text);
    found.pattern = pattern;
    find_names(kd, &found);
    good = found.count > 0;
    free(found.names);
    return good;
}

void kd_offer_functions(struct kd *kd, const char *begin, void (*offer)(void *to, const char *word),
                        void *to)
{
    struct found_names found = { 0 };
    char pattern[KD_TEXT + 1];

    snprintf(pattern, sizeof pattern, "%.*s*", KD_TEXT - 1, begin);
    found.pattern = pattern;
    find_names(kd, &found);
    for (uint32_t i = 0; i < found.count; i++)
        if (strncmp(found.names[i], begin, strlen(begin)) == 0)
            offer(to, found.names[i]);
    free(found.names);
}

void kd_do_near(struct kd *kd, const struct kd_words *words)
{
    struct found_names found = { 0 };
    const char *best = NULL;

    if (words->count < 2) {
        kd_complain(kd, "ln needs an address (expected one that k shows as RetAddr)");
        return;
    }
    if (!kd_number_at(kd, words, 1, 0, &found.address))
        return;
    find_names(kd, &found);
    for (uint32_t i = 0; i < found.count; i++) /* Code addresses may overlap: offsets decide. */
        if (best == NULL || address_of(found.names[i]) == found.address) {
            struct stack_line line = { 0 };

            memcpy(line.name, found.names[i], sizeof line.name);
            if (stack_code(&line) == found.address || address_of(line.name) == found.address)
                best = found.names[i];
        }
    if (best == NULL)
        kd_complain(kd,
                    "ln: nothing is known at %08x (expected an address that k shows as RetAddr)",
                    found.address);
    else if (address_of(best) == found.address)
        fprintf(kd->out, "(%08x)   %s\nExact matches:\n    %s\n", found.address, best, best);
    else
        fprintf(kd->out, "(%08x)   %s+0x%x\n", address_of(best), best,
                found.address - address_of(best));
    free(found.names);
}
