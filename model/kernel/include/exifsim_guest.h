/* exifsim_guest.h - what an image from outside tells the machine that loads it.
 *
 * Building a guest adds a small file to it, which defines one structure of this name. Its slots are
 * where the guest's calls go: each function of the doors is a jump through one.
 */
#pragma once

enum { EXIFSIM_GUEST_VERSION = 2 };

struct exifsim_guest {
    unsigned version, door_count, variable_count;
    const char *const *door_names;
    void **doors; /* Filled in when the image is loaded. */
    const char *const *variable_names;
    void *const *variables; /* Where each lies. */
    const unsigned *variable_sizes;
    void (**point)(void); /* Filled in: what is called before each function of the doors. */
    int (*driver_entry)(void *driver, void *registry_path); /* NULL: a program. */
    int (*main)(int count, char **words);                   /* NULL: a driver, or wmain. */
    int (*wmain)(int count, __WCHAR_TYPE__ **words);
    const char *jumps, *jumps_end; /* The code of the jumps; NULL: it is not told. */
};

extern struct exifsim_guest exifsim_guest;
