/* dt.c - dt: the members of a structure, and what they hold. Structures are read from the debugging
 * information of this program and of guests; documented ones have NT's own x64 layout. Pointers are
 * shown as the 32-bit addresses of the simulated machine. */
#include "ui/kd/inside.h"
#include "model/look/objects.h"
#include "ui/symbols/types.h"
#include <inttypes.h>
#include <string.h>

enum { BYTES_MAX = 0x1000, ELEMENTS_SHOWN = 8 };

struct dt_wish {
    struct kd *kd;
    bool filled; /* With an address: bytes are there. */
    uint32_t process, address;
    const struct type_member *member; /* The member whose pointers are asked for. */
    size_t size;
    uint8_t bytes[BYTES_MAX];
    uint32_t shown[2];
};

static void see_object(struct world *world, void *ctx)
{
    struct dt_wish *wish = ctx;

    wish->size = look_object_bytes(world, wish->address, wish->bytes, BYTES_MAX);
    for (size_t i = 0; wish->size == 0 && i < BYTES_MAX; i++)
        if (!glance_bytes(world, wish->process, wish->address + (uint32_t)i, &wish->bytes[i], 1)) {
            wish->size = i;
            break;
        }
}

static uint64_t number_at(const struct dt_wish *wish, const struct type_member *member)
{
    uint64_t value = 0;
    uint32_t size = MIN_OF(member->size, 8u);

    for (uint32_t i = 0; i < size && member->offset + i < wish->size; i++)
        value |= (uint64_t)wish->bytes[member->offset + i] << 8 * i;
    if (member->bits > 0)
        value = value >> member->first_bit & (((uint64_t)1 << member->bits) - 1);
    return value;
}

static void see_pointers(struct world *world, void *ctx)
{
    struct dt_wish *wish = ctx;

    for (uint32_t i = 0; i < 2; i++) {
        struct type_member word = { .offset = wish->member->offset + 8 * i, .size = 8 };

        wish->shown[i] = look_pointer(world, number_at(wish, &word));
    }
}

/* ---- Printing -------------------------------------------------------------------------------- */

/* Prints what a member is, as dt does without an address. */
static void print_kind(FILE *out, const struct type_member *member)
{
    static const char *const unsigned_names[] = { "UChar", "Uint2B", "Uint4B", "Uint8B" };
    static const char *const signed_names[] = { "Char", "Int2B", "Int4B", "Int8B" };
    int log = member->size >= 8 ? 3 : member->size >= 4 ? 2 : member->size >= 2 ? 1 : 0;

    if (member->elements > 0)
        fprintf(out, "[%u] ", member->elements);
    if (member->bits > 0) {
        fprintf(out, "Pos %u, %u Bit%s", member->first_bit, member->bits,
                member->bits > 1 ? "s" : "");
        return;
    }
    switch (member->kind) {
    case TYPE_POINTER:
    case TYPE_FUNCTION:
        fprintf(out, "Ptr%u %s", member->size * 8, member->type[0] != 0 ? member->type : "Void");
        break;
    case TYPE_STRUCTURE:
        fprintf(out, "%s", member->type[0] != 0 ? member->type : "<unnamed-tag>");
        break;
    case TYPE_SIGNED:
        fprintf(out, "%s", signed_names[log]);
        break;
    default:
        fprintf(out, "%s", unsigned_names[log]);
        break;
    }
}

static void print_signed(FILE *out, const struct type_member *member, uint64_t value)
{
    uint32_t bits = member->bits > 0 ? member->bits : member->size * 8;

    if (bits < 64 && (value >> (bits - 1) & 1) != 0)
        value |= ~(((uint64_t)1 << bits) - 1);
    fprintf(out, "%" PRId64, (int64_t)value);
}

static void print_value(struct dt_wish *wish, const struct type_member *member)
{
    FILE *out = wish->kd->out;
    uint64_t value = number_at(wish, member);
    char name[REPORT_FRAME_CHARS];

    if (member->offset + member->size > wish->size) {
        fprintf(out, "??");
        return;
    }
    wish->member = member;
    switch (member->kind) {
    case TYPE_FUNCTION:
        if (value == 0)
            fprintf(out, "(null)");
        else if (kd_code(wish->kd, (const void *)(uintptr_t)value, name) != 0 && name[0] != 0)
            fprintf(out, "0x%08x %s", kd_code(wish->kd, (const void *)(uintptr_t)value, name),
                    name);
        else
            fprintf(out, "0x????????");
        break;
    case TYPE_POINTER:
        kd_see(wish->kd, see_pointers, wish);
        if (value == 0)
            fprintf(out, "(null)");
        else
            fprintf(out, "0x%08x %s", wish->shown[0], member->type[0] != 0 ? member->type : "Void");
        break;
    case TYPE_STRUCTURE:
        fprintf(out, "%s", member->type[0] != 0 ? member->type : "<unnamed-tag>");
        if (strcmp(member->type, "_LIST_ENTRY") == 0) {
            kd_see(wish->kd, see_pointers, wish);
            fprintf(out, " [ 0x%08x - 0x%08x ]", wish->shown[0], wish->shown[1]);
        }
        break;
    case TYPE_CHARACTER:
        fprintf(out, "%u '%c'", (unsigned)value, value >= ' ' && value < 0x7f ? (int)value : '.');
        break;
    case TYPE_SIGNED:
        print_signed(out, member, value);
        break;
    default:
        fprintf(out, "0x%" PRIx64, value);
        break;
    }
}

static void see_member(void *ctx, const struct type_member *member)
{
    struct dt_wish *wish = ctx;

    fprintf(wish->kd->out, "   +0x%03x %-16s : ", member->offset, member->name);
    if (wish->filled && member->elements == 0)
        print_value(wish, member);
    else
        print_kind(wish->kd->out, member);
    fputc('\n', wish->kd->out);
}

void kd_do_type(struct kd *kd, const struct kd_words *words)
{
    static struct dt_wish wish;
    const struct inspect_process *process = kd_process_now(kd);
    const char *text = words->count > 1 ? words->words[1] : "", *mark = strchr(text, '!');
    char module[INSPECT_NAME];

    if (!types_exist()) {
        kd_complain(kd, "dt: this build cannot read types (expected one with libdw)");
        return;
    }
    if (text[0] == 0) {
        kd_complain(kd, "dt needs a type (expected one such as nt!_IRP)");
        return;
    }
    wish = (struct dt_wish){ .kd = kd,
                             .filled = words->count > 2,
                             .process = process != NULL ? process->address : 0 };
    if (!kd_number_at(kd, words, 2, 0, &wish.address))
        return;
    if (wish.filled) {
        kd_see(kd, see_object, &wish);
        if (wish.size == 0) {
            kd_complain(kd, "dt: nothing lies at %08x (expected the address of an object)",
                        wish.address);
            return;
        }
    }
    snprintf(module, sizeof module, "%.*s", mark != NULL ? (int)(mark - text) : 0, text);
    if (types_find(mark != NULL ? module : NULL, mark != NULL ? mark + 1 : text, see_member,
                   &wish) == 0)
        kd_complain(kd, "dt \"%s\" (expected a structure such as nt!_IRP)", text);
}
