/* process.c - !process, !handle, .process, !poolused: what a process is and has. */
#include "ui/kd/inside.h"
#include <inttypes.h>
#include <string.h>

const struct inspect_process *kd_process_now(const struct kd *kd)
{
    const struct inspect *look = kd->look;
    uint32_t address =
        kd->process != 0 ? kd->process : look->processors[look->executing].current_process;

    return inspect_process_at(look, address);
}

static void print_process(struct kd *kd, const struct inspect_process *process, uint32_t flags)
{
    const struct inspect *look = kd->look;
    bool system = process->address == look->processes[0].address;
    char time[KD_TIME_CHARS];

    fprintf(kd->out, "PROCESS %08x  SessionId: %s  Cid: %04x    Peb: %s  ParentCid: %04x\n",
            process->address, system ? "none" : "0", process->id, system ? "00000000" : "????????",
            process->parent_id);
    fprintf(kd->out, "    DirBase: ????????  ObjectTable: ????????  HandleCount: %3u.\n",
            process->handle_count);
    fprintf(kd->out, "    Image: %.15s\n", process->name);
    if (flags & KD_FLAG_TIMES) {
        kd_time(process->cpu_time, time);
        fprintf(kd->out, "    %-33s %s\n", "KernelTime", time);
        fprintf(kd->out, "    %-33s %" PRIu64 "\n", "QuotaPoolUsage[PagedPool]",
                process->quota_paged);
        fprintf(kd->out, "    %-33s %" PRIu64 "\n", "QuotaPoolUsage[NonPagedPool]",
                process->quota_nonpaged);
        fprintf(kd->out, "    %-33s %d\n", "BasePriority", process->base_priority);
        if (process->exiting)
            fprintf(kd->out, "    %-33s %08x\n", "ExitStatus", (unsigned)process->exit_status);
    }
    fputc('\n', kd->out);
    for (uint32_t i = 0; (flags & (KD_FLAG_THREADS | KD_FLAG_STACKS)) && i < look->thread_count;
         i++)
        if (look->threads[i].process != INSPECT_NOBODY &&
            &look->processes[look->threads[i].process] == process) {
            kd_print_thread(kd, &look->threads[i], flags, "        ");
            fputc('\n', kd->out);
        }
}

/* True if an image's name fits, also without its suffix. */
static bool is_image(const char *name, const char *wanted)
{
    size_t length = strlen(wanted);

    return wanted[0] == 0 || kd_fits(wanted, name) ||
           (strncmp(name, wanted, length) == 0 && name[length] == '.');
}

static void print_all(struct kd *kd, uint32_t flags, const char *image)
{
    uint32_t count = 0;

    fprintf(kd->out, "**** NT ACTIVE PROCESS DUMP ****\n");
    for (uint32_t i = 0; i < kd->look->process_count; i++)
        if (is_image(kd->look->processes[i].name, image)) {
            print_process(kd, &kd->look->processes[i], flags);
            count++;
        }
    if (count == 0)
        kd_complain(kd, "!process: no image \"%s\" (expected one of !process 0 0)", image);
}

void kd_do_process(struct kd *kd, const struct kd_words *words)
{
    const struct inspect_process *process = kd_process_now(kd);
    bool here = words->count < 2 || strcmp(words->words[1], "-1") == 0;
    uint32_t address = 0, flags;

    if (!here && !kd_number_at(kd, words, 1, 0, &address))
        return;
    if (!kd_number_at(kd, words, 2, here || address != 0 ? KD_FLAG_TIMES | KD_FLAG_THREADS : 0,
                      &flags))
        return;
    if (!here && address == 0) {
        print_all(kd, flags, words->count > 3 ? words->words[3] : "");
        return;
    }
    if (!here) /* By its address, or by its client ID as the debugger takes it, too. */
        process = inspect_process_at(kd->look, address);
    for (uint32_t i = 0; process == NULL && i < kd->look->process_count; i++)
        if (kd->look->processes[i].id == address)
            process = &kd->look->processes[i];
    if (process == NULL)
        kd_complain(kd, "!process: no process at %08x (expected an address of !process 0 0)",
                    address);
    else
        print_process(kd, process, flags & KD_FLAGS);
}

void kd_do_set_process(struct kd *kd, const struct kd_words *words)
{
    uint32_t address;

    if (!kd_number_at(kd, words, words->count > 1 ? words->count - 1 : 1, 0, &address))
        return;
    if (address != 0 && inspect_process_at(kd->look, address) == NULL) {
        kd_complain(kd, ".process: no process at %08x (expected an address of !process 0 0)",
                    address);
        return;
    }
    if (address != 0)
        kd->process = address;
    const struct inspect_process *process = kd_process_now(kd);

    fprintf(kd->out, "Implicit process is now %08x\n", process != NULL ? process->address : 0);
}

/* ---- Handles --------------------------------------------------------------------------------- */

void kd_do_handle(struct kd *kd, const struct kd_words *words)
{
    const struct inspect_process *process = kd_process_now(kd);
    uint32_t wanted, found = 0;

    if (!kd_number_at(kd, words, 1, 0, &wanted) || process == NULL)
        return;
    print_process(kd, process, 0);
    fprintf(kd->out, "Handle table at ???????? with %u Entries in use\n", process->handle_count);
    for (uint32_t i = 0; i < kd->look->handle_count; i++) {
        const struct inspect_handle *handle = &kd->look->handles[i];

        if (&kd->look->processes[handle->process] != process ||
            (wanted != 0 && handle->handle != wanted))
            continue;
        found++;
        fprintf(kd->out, "%04x: Object: %08x  GrantedAccess: %08x\n", handle->handle,
                handle->object, handle->access);
        fprintf(kd->out, "Object: %08x  Type: %s\n", handle->object,
                inspect_type_name(handle->type));
        if (handle->name[0] != 0)
            fprintf(kd->out, "        Name: %s\n", handle->name);
    }
    if (wanted != 0 && found == 0)
        kd_complain(kd, "!handle: %04x is no handle of %s (expected one of !handle)", wanted,
                    process->name);
}

/* ---- Pool ------------------------------------------------------------------------------------ */

struct tag_row {
    uint32_t tag;
    uint64_t allocs[2], bytes[2];
};

/* Joins the two pools' rows of each tag; they come in the order of tags. */
static uint32_t join_tags(const struct inspect *look, struct tag_row *rows, uint32_t max)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < look->pool_count; i++) {
        const struct inspect_pool *pool = &look->pools[i];
        uint32_t at = 0;

        while (at < count && rows[at].tag != pool->use.tag)
            at++;
        if (at == max)
            continue;
        if (at == count)
            rows[count++] = (struct tag_row){ .tag = pool->use.tag };
        rows[at].allocs[pool->type] = pool->use.blocks;
        rows[at].bytes[pool->type] = pool->use.bytes;
    }
    return count;
}

static void sort_tags(struct tag_row *rows, uint32_t count, int by)
{
    for (uint32_t i = 1; i < count; i++)
        for (uint32_t at = i; at > 0 && rows[at - 1].bytes[by] < rows[at].bytes[by]; at--) {
            struct tag_row swap = rows[at];

            rows[at] = rows[at - 1];
            rows[at - 1] = swap;
        }
}

static void print_row(struct kd *kd, const char *tag, const uint64_t *allocs, const uint64_t *bytes)
{
    fprintf(kd->out, " %s %8" PRIu64 " %10" PRIu64 " %8" PRIu64 " %10" PRIu64 "\n", tag, allocs[0],
            bytes[0], allocs[1], bytes[1]);
}

void kd_do_poolused(struct kd *kd, const struct kd_words *words)
{
    static struct tag_row rows[512];
    uint32_t flags, count = join_tags(kd->look, rows, ARRAY_LEN(rows));
    struct tag_row sum = { 0 };

    if (!kd_number_at(kd, words, 1, 0, &flags))
        return;
    if (flags & 6)
        sort_tags(rows, count, (flags & 4) != 0);
    fprintf(kd->out, "   Sorting by  %s\n\n",
            flags & 2   ? "NonPaged Pool Consumed"
            : flags & 4 ? "Paged Pool Consumed"
                        : "Tag");
    fprintf(kd->out, "  Pool Used:\n            NonPaged            Paged\n"
                     " Tag    Allocs       Used   Allocs       Used\n");
    for (uint32_t i = 0; i < count; i++) {
        char tag[5] = { 0 };

        for (int k = 0; k < 4; k++) {
            char c = (char)(rows[i].tag >> 8 * k & 0x7f);

            tag[k] = c < ' ' || c == 0x7f ? '.' : c;
        }
        print_row(kd, tag, rows[i].allocs, rows[i].bytes);
        for (int k = 0; k < 2; k++) {
            sum.allocs[k] += rows[i].allocs[k];
            sum.bytes[k] += rows[i].bytes[k];
        }
    }
    print_row(kd, "TOTAL", sum.allocs, sum.bytes);
}
