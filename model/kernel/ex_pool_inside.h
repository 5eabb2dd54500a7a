/* ex_pool_inside.h - the header of a pool block, and what the files of the pool share. */
#pragma once
#include "model/kernel/ex.h"

enum { BLOCK_LIVE = 0x506c, BLOCK_FREE = 0x4672, BLOCK_FILLED = 0x4673 /* Free, of a guest's. */ };

struct pool_slot {
    struct pool_slot *next;
    uint32_t address;
};

struct pool_block {
    _Alignas(16) struct pool_tag *tag;
    struct pool_slot *slot;
    union {
        struct ke_process *charged; /* Block in use: the process charged for it; NULL: none. */
        struct pool_block *next;    /* Free block. */
    };
    uint32_t bytes; /* Size that the pool is charged: what the caller asked for, or NT's own. */
    uint16_t state;
    uint8_t class;
    uint8_t flags; /* BLOCK_GUARDED and so on. */
    uint32_t name; /* ex_pool_name; a block that was freed keeps it until it is used again. */
};
/* The header of a next block lies behind this one; an object's header and body lie in it; its
 * memory is special pool, and does not lie behind the header; its size is what the caller asked
 * for. */
enum { BLOCK_GUARDED = 1, BLOCK_OBJECT = 2, BLOCK_SPECIAL = 4, BLOCK_ASKED = 8 };

/* Bytes of memory of a block of a class, its header not among them. */
size_t ex_pool_class_bytes(uint32_t class);
/* Notes a new block, so that it is found by its bytes (ex_pool_map.c). */
void ex_pool_map_add(const struct pool_block *block);

/* ---- Special pool (vf_special.c) ------------------------------------------------------------- */
/* Takes a block, with slot, flags and state; NULL: normal pool has to do. */
struct pool_block *vf_special_take(POOL_TYPE type, size_t bytes, uint32_t tag);
void *vf_special_memory(const struct pool_block *block);
/* The block whose pages hold an address, in use or freed; NULL: none. */
struct pool_block *vf_special_of(const void *memory);
/* Stops for what is wrong with freeing a block by this address (0xC1). */
void vf_special_check(struct pool_block *block, const void *memory);
/* A block was freed: its pages become absent. */
void vf_special_give(struct pool_block *block);
