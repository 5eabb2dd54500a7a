/* ke_address.c - simulated addresses: giving them out, and remembering which one an object has.
 *
 * A structure that drivers see has NT's layout, so it has no room for the address that records
 * show. The book below holds it: a hash table from the object's place to its address. It is looked
 * up, never walked, so neither the host's addresses nor the order of the table reach a record. An
 * object is entered when it is initialized, or, as a spin lock of zeroed memory, when it is first
 * used. There is no removal: the next object at the same place overwrites the entry, so the table
 * grows with the number of places, not with time.
 */
#include "model/kernel/ex.h"
#include "model/kernel/io_inside.h"
#include "model/kernel/kernel.h"
#include "model/kernel/mm.h"
#include "model/kernel/vf.h"

enum { BOOK_FIRST = 4096 };
#define UNKNOWN_ADDRESS \
    0xf0000000u /* Shown for a stack, or for what is no memory of the machine. */

struct ke_book_entry {
    uintptr_t place; /* Host address of the object; 0: the entry is free. */
    uint32_t address;
};

/* The regions of the simulated address space are those of a server with /3GB (facts/nt-kernel.md
 * 1.5: process objects near the top are nonpaged pool expansion). Addresses are given out in order
 * of the calls, so they do not depend on the host's sizes. */
uint32_t ke_address_new(enum ke_region region, uint32_t bytes)
{
    static const uint32_t first[] = { 0xfb000000u, 0xe1000000u, 0xf4000000u, 0xf7000000u,
                                      0x81000000u };
    static const uint32_t size[] = { 0x04000000u, 0x06000000u, 0x02000000u, 0x02000000u,
                                     0x3f000000u };
    uint32_t *next = &ke->next_address[region];
    uint32_t step = (bytes + 15) & ~15u, address = first[region] + *next;

    *next = (*next + step) % size[region];
    return address;
}

/* The entry of a place, or the free one where it belongs. At least half of the table is free. */
static struct ke_book_entry *entry_of(const struct ke_book *book, uintptr_t place)
{
    uint64_t mixed = (uint64_t)(place >> 3) * 0x9e3779b97f4a7c15u;
    uint32_t mask = book->size - 1, at = (uint32_t)(mixed >> 32) & mask;

    while (book->entries[at].place != place && book->entries[at].place != 0)
        at = (at + 1) & mask;
    return &book->entries[at];
}

static void book_resize(struct ke_book *book, uint32_t size)
{
    struct ke_book before = *book;

    book->size = size;
    book->entries = arena_take(ke->sim->arena, size * sizeof *book->entries, 64);
    for (uint32_t i = 0; i < before.size; i++)
        if (before.entries[i].place != 0)
            *entry_of(book, before.entries[i].place) = before.entries[i];
}

void ke_address_set(const void *object, uint32_t address)
{
    struct ke_book *book = &ke->book;

    if (book->used >= book->size / 2)
        book_resize(book, MAX_OF(book->size * 2, (uint32_t)BOOK_FIRST));
    struct ke_book_entry *entry = entry_of(book, (uintptr_t)object);

    if (entry->place == 0) {
        entry->place = (uintptr_t)object;
        book->used++;
    }
    entry->address = address;
}

uint32_t ke_address_give(const void *object, enum ke_region region, uint32_t bytes)
{
    uint32_t inside = ke->vf != NULL ? vf_special_place(object) : 0,
             address = inside != 0 ? inside : ke_address_new(region, bytes);

    ke_address_set(object, address);
    return address;
}

uint32_t ke_address_find(const void *object)
{
    return ke->book.size > 0 ? entry_of(&ke->book, (uintptr_t)object)->address : 0;
}

const void *ke_address_object(uint32_t address)
{
    for (uint32_t i = 0; i < ke->book.size; i++)
        if (ke->book.entries[i].place != 0 && ke->book.entries[i].address == address)
            return (const void *)ke->book.entries[i].place;
    return NULL;
}

uint32_t ke_address_of(const void *object)
{
    uint32_t address = ke_address_find(object);

    if (LIKELY(address != 0) || object == NULL)
        return address;
    address = ex_pool_place(object); /* Not noted: the block may be another's tomorrow. */
    return address != 0 ? address : ke_address_give(object, REGION_NONPAGED, 16);
}

uint32_t ke_address_shown(const void *pointer)
{
    uint32_t address;

    if (mm_is_simulated(pointer))
        return (uint32_t)(uintptr_t)pointer;
    address = ke->vf != NULL ? vf_special_place(pointer) : 0;
    if (address != 0) /* Nothing here may touch what lies there. */
        return address;
    if (io_part(pointer) != NULL)
        return io_irp_address(pointer);
    address = ke_address_find(pointer);
    if (address == 0)
        address = ex_pool_place(pointer);
    if (address == 0 && ke->code_address != NULL)
        address = ke->code_address(pointer);
    return address != 0 ? address : UNKNOWN_ADDRESS;
}
