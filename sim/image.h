/* image.h - drivers and programs from outside: shared objects whose variables belong to one world.
 *
 *     struct image *image = image_take("echo.so", "echo", problem, sizeof problem);
 *     for (size_t i = 0; i < image->data_count; i++)
 *         arena_adopt(&arena, image->data[i].base, image->data[i].size);
 *     ...
 *     image_give(image);
 *
 * Each world takes an image of its own, so a driver may have variables: two worlds never share one,
 * and a snapshot holds them (arena_adopt). An image that is given back waits for the next world.
 */
#pragma once
#include "sim/base.h"
#include "sim/host/image.h"

enum { IMAGE_DATA_MAX = 4, IMAGE_LABEL_CHARS = 32 };

struct image {
    const char *path;              /* The file. */
    char label[IMAGE_LABEL_CHARS]; /* The module's name, without a suffix: "echo". */
    struct host_image *host;
    struct host_range extent, data[IMAGE_DATA_MAX];
    struct host_range functions; /* Pointers to its functions, where those lie outside extent. */
    size_t data_count;
    char *pristine; /* The variables as image_seal found them, one part behind another. */
    bool sealed;
    bool taken;
    struct image *next;
};

/* Loads a shared object, or takes one that another world has given back; its variables are then as
 * they were sealed. NULL: problem says why. Any thread may call it. */
struct image *image_take(const char *path, const char *label, char *problem, size_t size);

/* Keeps the variables as they are now, as those of a freshly loaded image; again, if need be. */
void image_seal(struct image *image);

/* Makes the variables what they were when the image was sealed. */
void image_fresh(struct image *image);
void image_give(struct image *image);

/* True if an address, or a pointer to a function, is one of the image's; how far it lies behind the
 * first one. */
bool image_holds(const struct image *image, const volatile void *at, uint32_t *offset);

/* The loaded image that holds an address; NULL: none. */
const struct image *image_at(const void *address);
/* The loaded images, one after the other: the one behind `before`, the first one for NULL; NULL: no
 * more. */
const struct image *image_next(const struct image *before);
