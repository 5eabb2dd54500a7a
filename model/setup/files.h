/* files.h - the product's four files as files of the simulated disk, and who has which loaded.
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
enum { FILE_DRIVER, FILE_DLL_IFSPROXY, FILE_DLL_EXWIN32, FILE_DLL_ESE }; /* As files.def. */

struct product_file {
    const char *name, *path, *package;
};
extern const struct product_file product_files[PRODUCT_FILES];

/* What is known of one build of a file; NULL: only its version is. */
struct product_build {
    int file;
    enum build_id build;
    uint32_t bytes;
    const char *date, *time;
};
const struct product_build *files_known(int file, const char *build);

struct loaded_module { /* In the order of loading. */
    int file;
    uint32_t process_id; /* 4: the kernel. */
    const char *process; /* "store.exe". */
    char build[FILE_BUILD_CHARS];
    bool gone; /* The driver was unloaded. */
};
struct modules {
    uint32_t count;
    struct loaded_module loaded[LOADED_MAX]; /* A ring by count. */
    void *driver;                            /* services.exe's handle of the driver's file. */
};

/* Makes the disk as the setup left it, with its key of the registry and the unpacked package. */
void files_install(void);

/* The version of a file on the disk; 0 or a system error code. */
uint32_t files_version(const char *path, char build[FILE_BUILD_CHARS]);

/* Loads one of the DLLs into this process: its version, as the libraries take it. */
PCWSTR files_load(int file, const char *process, PWSTR out);

/* The kernel maps exifs.sys: its version. False: there is no such file. */
bool files_hold_driver(char build[FILE_BUILD_CHARS]);
void files_release_driver(void);

/* Copies one file over another; 0 or a system error code (32: in use). */
uint32_t files_copy(int file);

/* Is the process of a loaded module still there, and the module with it? */
bool files_is_loaded(const struct loaded_module *module);
