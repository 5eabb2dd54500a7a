/* files.h - the product's four files as files of the simulated disk, and the processes that have
 * them loaded.
 *
 * A file's first bytes are its version, as its resource would say it. A program that loads a DLL
 * keeps the file open and shares it for reading only, as a mapped image does: so a file in use
 * cannot be written over, and a process goes on with the version it has loaded. services.exe holds
 * the driver's file as long as the kernel has its image.
 */
#pragma once
#include "model/outside/site.h"
#include "model/words/builds.h"

#define SETUP_KEY "\\Registry\\Machine\\Software\\Microsoft\\Exchange\\Setup"

enum { FILE_BUILD_CHARS = 16, PRODUCT_FILES = 4, LOADED_MAX = 64 };
/* Index of product_files, in the order of files.def. */
enum { FILE_DRIVER, FILE_DLL_IFSPROXY, FILE_DLL_EXWIN32, FILE_DLL_ESE };

struct product_file {
    const char *name, *path, *package;
};
extern const struct product_file product_files[PRODUCT_FILES];

/* A known build of a file: size in bytes and date. files_known returns NULL for any other build. */
struct product_build {
    int file;
    enum build_id build;
    uint32_t bytes;
    const char *date, *time;
};
const struct product_build *files_known(int file, const char *build);

struct loaded_module { /* A module that was loaded, in the order of loading. */
    int file;
    uint32_t process_id; /* Process that loaded it; 4: the kernel. */
    const char *process; /* "store.exe". */
    char build[FILE_BUILD_CHARS];
    bool gone; /* True: the driver was unloaded. */
};
struct modules {
    uint32_t count;
    struct loaded_module loaded[LOADED_MAX]; /* The latest ones; module n lies at n % LOADED_MAX. */
    void *driver;                            /* services.exe's handle of the driver's file. */
};

/* Puts the product's files, the unpacked package and the setup's registry key on the new
 * machine. */
void files_install(void);

/* Reads the version of a file on the disk into build; 0 or a system error code. */
uint32_t files_version(const char *path, char build[FILE_BUILD_CHARS]);

/* Loads a DLL into this process and writes its version into out (FILE_BUILD_CHARS), as the
 * libraries take it. Returns out; "" in it: no such file. */
PCWSTR files_load(int file, const char *process, PWSTR out);

/* Open exifs.sys as the kernel maps it, and close it after the unload. False: no such file. */
bool files_hold_driver(char build[FILE_BUILD_CHARS]);
void files_release_driver(void);

/* Copies a file of the package over the installed one; 0 or a system error code (32: in use). */
uint32_t files_copy(int file);

/* True while the module is loaded: its process exists and the driver was not unloaded. */
bool files_is_loaded(const struct loaded_module *module);
