/* image.c - see image.h. All images that this program has loaded are in one list; none leaves it,
 * because a frame of a world that is gone may still be named. */
#include "sim/image.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct image *all; /* Guarded by lock. */

/* An image under another label is another module, so it does not serve. */
static struct image *waiting(const char *path, const char *label)
{
    struct image *image = all;

    while (image != NULL && (image->taken || !image->sealed || strcmp(image->path, path) != 0 ||
                             strncmp(image->label, label, IMAGE_LABEL_CHARS - 1) != 0))
        image = image->next;
    if (image != NULL)
        image->taken = true;
    return image;
}

static struct image *load(const char *path, const char *label, char *problem, size_t size)
{
    struct image *image = calloc(1, sizeof *image);

    CHECK(image != NULL);
    image->host = host_image_open(path, problem, size);
    image->path = strdup(path);
    CHECK(image->path != NULL);
    if (image->host == NULL) {
        free((char *)(uintptr_t)image->path);
        free(image);
        return NULL;
    }
    snprintf(image->label, sizeof image->label, "%s", label);
    image->extent = host_image_extent(image->host);
    image->functions = host_image_functions(image->host);
    image->data_count = host_image_data(image->host, image->data, IMAGE_DATA_MAX);
    image->taken = true;
    return image;
}

struct image *image_take(const char *path, const char *label, char *problem, size_t size)
{
    struct image *image;

    pthread_mutex_lock(&lock);
    image = waiting(path, label);
    if (image != NULL)
        image_fresh(image);
    else if ((image = load(path, label, problem, size)) != NULL) {
        image->next = all;
        all = image;
    }
    pthread_mutex_unlock(&lock);
    return image;
}

void image_seal(struct image *image)
{
    size_t size = 0;
    char *to;

    free(image->pristine);
    for (size_t i = 0; i < image->data_count; i++)
        size += image->data[i].size;
    image->pristine = to = malloc(size + 1);
    CHECK(to != NULL);
    for (size_t i = 0; i < image->data_count; i++) {
        memcpy(to, image->data[i].base, image->data[i].size);
        to += image->data[i].size;
    }
    image->sealed = true;
}

void image_fresh(struct image *image)
{
    const char *from = image->pristine;

    for (size_t i = 0; i < image->data_count; i++) {
        memcpy(image->data[i].base, from, image->data[i].size);
        from += image->data[i].size;
    }
}

void image_give(struct image *image)
{
    if (image == NULL)
        return;
    pthread_mutex_lock(&lock);
    image->taken = false;
    pthread_mutex_unlock(&lock);
}

bool image_holds(const struct image *image, const volatile void *at, uint32_t *offset)
{
    uintptr_t from = (uintptr_t)at - (uintptr_t)image->extent.base,
              in_table = (uintptr_t)at - (uintptr_t)image->functions.base;

    *offset = (uint32_t)(from < image->extent.size ? from : in_table);
    return from < image->extent.size || in_table < image->functions.size;
}

const struct image *image_at(const void *address)
{
    const struct image *image;
    uint32_t offset;

    pthread_mutex_lock(&lock);
    for (image = all; image != NULL && !image_holds(image, address, &offset);)
        image = image->next;
    pthread_mutex_unlock(&lock);
    return image;
}

const struct image *image_next(const struct image *before)
{
    const struct image *image;

    pthread_mutex_lock(&lock);
    image = before != NULL ? before->next : all;
    pthread_mutex_unlock(&lock);
    return image;
}
