/* image_wasm.c - see image.h. WebAssembly loads nothing from files: code is what was linked. */
#include "sim/host/image.h"
#include <stdio.h>

struct host_image *host_image_open(const char *path, char *problem, size_t size)
{
    snprintf(problem, size, "%s: a driver's file cannot be loaded in a browser", path);
    return NULL;
}

void *host_image_symbol(const struct host_image *image, const char *name)
{
    (void)image, (void)name;
    return NULL;
}

size_t host_image_data(const struct host_image *image, struct host_range *out, size_t max)
{
    (void)image, (void)out, (void)max;
    return 0;
}

size_t host_image_code(const struct host_image *image, struct host_range *out, size_t max)
{
    (void)image, (void)out, (void)max;
    return 0;
}

uintptr_t host_image_dynamic(const struct host_image *image)
{
    (void)image;
    return 0;
}

struct host_range host_image_extent(const struct host_image *image)
{
    (void)image;
    return (struct host_range){ 0 };
}

void host_image_close(struct host_image *image) { (void)image; }
