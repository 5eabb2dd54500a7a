/* image.h - shared objects (.so, .dylib, .dll) that the host loads into this program.
 *
 *     struct host_image *image = host_image_open(path, problem, sizeof problem);
 *     void *entry = host_image_symbol(image, "exifsim_guest");
 *     host_image_close(image);
 *
 * Each call of host_image_open loads a copy of its own, with variables of its own, however often
 * the file is loaded already: two worlds never share a variable.
 */
#pragma once
#include <stddef.h>
#include <stdint.h>

struct host_image;

/* Memory of an image: [base, base + size). */
struct host_range {
    char *base;
    size_t size;
};

/* Loads a file. NULL: problem says why, in the system's words. */
struct host_image *host_image_open(const char *path, char *problem, size_t size);

/* The address of an exported function or variable; NULL: it has none of this name. */
void *host_image_symbol(const struct host_image *image, const char *name);

/* The parts that the image's code may write (.data, .bss), at most max; returns their number. */
size_t host_image_data(const struct host_image *image, struct host_range *out, size_t max);

/* The pages of the image's code, at most max; returns their number; 0: this host does not tell. */
size_t host_image_code(const struct host_image *image, struct host_range *out, size_t max);

/* The address of the image's dynamic section, by which debuggers know it; 0: it has none. */
uintptr_t host_image_dynamic(const struct host_image *image);

/* All that the image occupies. */
struct host_range host_image_extent(const struct host_image *image);

/* Where pointers to the image's functions lead, if that is outside: WebAssembly has no addresses of
 * code, but places in a table. Size 0: pointers lead into the extent. */
struct host_range host_image_functions(const struct host_image *image);
void host_image_close(struct host_image *image);
