/* types.h - structures as the debugging information of this program and of loaded images has them.
 *
 *     if (types_find("nt", "_IRP", see_member, ctx)) ...
 *
 * Needs libdw; without it nothing is found.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum type_kind {
    TYPE_UNSIGNED,
    TYPE_SIGNED,
    TYPE_CHARACTER,
    TYPE_POINTER,
    TYPE_FUNCTION,
    TYPE_STRUCTURE
};
struct type_member {
    const char *name;
    uint32_t offset, depth;   /* depth: 0 for the members of the structure that was asked for. */
    enum type_kind kind;      /* Kind of the member, of an array's elements. */
    const char *type;         /* "_LIST_ENTRY"; of a pointer what it points to; "": nameless. */
    uint32_t size;            /* Size of one element, in bytes. */
    uint32_t elements;        /* 0: no array. */
    uint32_t first_bit, bits; /* bits 0: no bit field. */
};

/* Finds a structure or a type name in a module ("nt": this program; "echo": an image; NULL: any),
 * and calls see for its members in order; those of unions without a name count as its own. Returns
 * its size; 0: there is no such type. */
size_t types_find(const char *module, const char *name,
                  void (*see)(void *ctx, const struct type_member *member), void *ctx);
/* True if this build can read types. */
bool types_exist(void);
