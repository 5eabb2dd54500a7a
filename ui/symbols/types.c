/* types.c - see types.h. The units of a file are looked through until one has the whole type. */
#include "ui/symbols/types.h"

#if defined(HAVE_LIBDW)
#include "sim/image.h"
#include <dwarf.h>
#include <elfutils/libdw.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum { TYPEDEFS_MAX = 32, NESTING_MAX = 8 };

struct walk {
    void (*see)(void *ctx, const struct type_member *member);
    void *ctx;
};

/* ---- A type ---------------------------------------------------------------------------------- */

static bool follow(Dwarf_Die *die, Dwarf_Die *out)
{
    Dwarf_Attribute attribute;

    return dwarf_attr_integrate(die, DW_AT_type, &attribute) != NULL &&
           dwarf_formref_die(&attribute, out) != NULL;
}

/* Goes on to what stands behind type names and qualifiers. False: void. */
static bool strip(Dwarf_Die *die)
{
    for (int i = 0; i < TYPEDEFS_MAX; i++) {
        int tag = dwarf_tag(die);

        if (tag != DW_TAG_typedef && tag != DW_TAG_const_type && tag != DW_TAG_volatile_type)
            return true;
        Dwarf_Die behind;

        if (!follow(die, &behind))
            return false;
        *die = behind;
    }
    return true;
}

static const char *name_of(Dwarf_Die *die)
{
    const char *name = dwarf_diename(die);

    return name != NULL ? name : "";
}

static uint32_t number_of(Dwarf_Die *die, unsigned attribute, uint32_t otherwise)
{
    Dwarf_Attribute found;
    Dwarf_Word value;

    return dwarf_attr_integrate(die, attribute, &found) != NULL &&
                   dwarf_formudata(&found, &value) == 0
               ? (uint32_t)value
               : otherwise;
}

static bool is_structure(Dwarf_Die *die)
{
    return dwarf_tag(die) == DW_TAG_structure_type || dwarf_tag(die) == DW_TAG_union_type;
}

static enum type_kind kind_of_base(Dwarf_Die *die)
{
    switch (number_of(die, DW_AT_encoding, DW_ATE_unsigned)) {
    case DW_ATE_signed:
        return TYPE_SIGNED;
    case DW_ATE_signed_char:
    case DW_ATE_unsigned_char:
        return TYPE_CHARACTER;
    default:
        return TYPE_UNSIGNED;
    }
}

/* Number of elements of an array, all dimensions together. */
static uint32_t elements_of(Dwarf_Die *array)
{
    uint32_t count = 1;
    Dwarf_Die part;

    if (dwarf_child(array, &part) != 0)
        return 0;
    do
        if (dwarf_tag(&part) == DW_TAG_subrange_type)
            count *=
                number_of(&part, DW_AT_count, number_of(&part, DW_AT_upper_bound, UINT32_MAX) + 1);
    while (dwarf_siblingof(&part, &part) == 0);
    return count;
}

static void describe(Dwarf_Die *type, struct type_member *out)
{
    Dwarf_Word size = 0;
    Dwarf_Die target;

    out->type = "";
    if (!strip(type))
        return;
    if (dwarf_tag(type) == DW_TAG_array_type) {
        out->elements = elements_of(type);
        if (!follow(type, &target) || !strip(&target))
            return;
        *type = target;
    }
    dwarf_aggregate_size(type, &size);
    out->size = (uint32_t)size;
    switch (dwarf_tag(type)) {
    case DW_TAG_pointer_type:
        out->kind = TYPE_POINTER;
        out->type = "Void";
        if (!follow(type, &target) || !strip(&target))
            break;
        if (dwarf_tag(&target) == DW_TAG_subroutine_type)
            out->kind = TYPE_FUNCTION;
        out->type = name_of(&target);
        break;
    case DW_TAG_structure_type:
    case DW_TAG_union_type:
        out->kind = TYPE_STRUCTURE;
        out->type = name_of(type);
        break;
    case DW_TAG_base_type:
        out->kind = kind_of_base(type);
        break;
    default:
        out->kind = TYPE_UNSIGNED;
        break;
    }
}

/* ---- A structure ----------------------------------------------------------------------------- */

static void see_members(struct walk *walk, Dwarf_Die *structure, uint32_t base, uint32_t depth)
{
    Dwarf_Die child, type;

    if (dwarf_child(structure, &child) != 0)
        return;
    do {
        struct type_member member = { .name = name_of(&child), .depth = depth };
        uint32_t bit = number_of(&child, DW_AT_data_bit_offset, 0);

        if (dwarf_tag(&child) != DW_TAG_member || !follow(&child, &type))
            continue;
        member.offset = base + number_of(&child, DW_AT_data_member_location, bit / 8);
        member.bits = number_of(&child, DW_AT_bit_size, 0);
        describe(&type, &member);
        if (member.bits > 0 && member.size > 0) { /* Counted from the unit that holds it. */
            member.offset = base + bit / 8 / member.size * member.size;
            member.first_bit = bit - (member.offset - base) * 8;
        }
        if (member.name[0] == 0 && member.kind == TYPE_STRUCTURE && member.elements == 0 &&
            depth < NESTING_MAX)
            see_members(walk, &type, member.offset, depth);
        else
            walk->see(walk->ctx, &member);
    } while (dwarf_siblingof(&child, &child) == 0);
}

/* Looks for a type among the outermost ones of a unit. False: it is not there. */
static bool find_in_unit(Dwarf_Die *unit, const char *name, Dwarf_Die *out)
{
    Dwarf_Die at;

    if (dwarf_child(unit, &at) != 0)
        return false;
    do {
        int tag = dwarf_tag(&at);

        if ((tag != DW_TAG_structure_type && tag != DW_TAG_union_type && tag != DW_TAG_typedef) ||
            strcmp(name_of(&at), name) != 0)
            continue;
        *out = at;
        if (strip(out) && is_structure(out) && !dwarf_hasattr(out, DW_AT_declaration))
            return true;
    } while (dwarf_siblingof(&at, &at) == 0);
    return false;
}

static size_t find_in_file(const char *path, const char *name, struct walk *walk)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    Dwarf *dwarf = file >= 0 ? dwarf_begin(file, DWARF_C_READ) : NULL;
    Dwarf_Off offset = 0, next;
    size_t header;
    Dwarf_Word size = 0;

    while (dwarf != NULL && size == 0 &&
           dwarf_nextcu(dwarf, offset, &next, &header, NULL, NULL, NULL) == 0) {
        Dwarf_Die unit, type;

        if (dwarf_offdie(dwarf, offset + header, &unit) != NULL &&
            find_in_unit(&unit, name, &type) && dwarf_aggregate_size(&type, &size) == 0)
            see_members(walk, &type, 0, 0);
        offset = next;
    }
    if (dwarf != NULL)
        dwarf_end(dwarf);
    if (file >= 0)
        close(file);
    return (size_t)size;
}

size_t types_find(const char *module, const char *name,
                  void (*see)(void *ctx, const struct type_member *member), void *ctx)
{
    struct walk walk = { see, ctx };
    size_t size = 0;

    for (const struct image *image = image_next(NULL); image != NULL && size == 0;
         image = image_next(image))
        if (module == NULL || strcmp(module, image->label) == 0)
            size = find_in_file(image->path, name, &walk);
    if (size == 0 && (module == NULL || strcmp(module, "nt") == 0))
        size = find_in_file("/proc/self/exe", name, &walk);
    return size;
}

bool types_exist(void) { return true; }

#else

size_t types_find(const char *module, const char *name,
                  void (*see)(void *ctx, const struct type_member *member), void *ctx)
{
    (void)module, (void)name, (void)see, (void)ctx;
    return 0;
}

bool types_exist(void) { return false; }
#endif
