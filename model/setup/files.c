/* files.c - see files.h. */
#include <windows.h>
#include "model/setup/files.h"
#include <stdio.h>
#include <string.h>

enum { PIECE = 65536 };

const struct product_file product_files[PRODUCT_FILES] = {
#define PRODUCT_FILE(name, path, package) { name, path, package },
#include "model/setup/files.def"
#undef PRODUCT_FILE
};

static const struct product_build known_builds[] = {
#define PRODUCT_BUILD(file, build, bytes, date, time) { file, BUILD_##build, bytes, date, time },
#include "model/setup/files.def"
#undef PRODUCT_BUILD
};

const struct product_build *files_known(int file, const char *build)
{
    const struct build *row = build_find(build);

    for (size_t i = 0; i < ARRAYSIZE(known_builds); i++)
        if (known_builds[i].file == file && row == &builds[known_builds[i].build])
            return &known_builds[i];
    return NULL;
}

static HANDLE open_file(const char *path, DWORD access, DWORD share, DWORD how)
{
    WCHAR wide[128];

    return CreateFileW(server_build(path, wide), access, share, NULL, how, 0, NULL);
}

/* A file of a known size ends there; what lies between is zeros. */
static uint32_t write_file(const char *path, int file, const char *build)
{
    char version[FILE_BUILD_CHARS] = "";
    const struct product_build *known = files_known(file, build);
    HANDLE handle = open_file(path, GENERIC_WRITE, 0, CREATE_ALWAYS);
    LARGE_INTEGER end = { .QuadPart = known != NULL ? known->bytes : PIECE };
    DWORD written = 0;

    if (handle == INVALID_HANDLE_VALUE)
        return GetLastError();
    snprintf(version, sizeof version, "%s", build);
    uint32_t error =
        WriteFile(handle, version, sizeof version, &written, NULL) ? 0 : GetLastError();

    if (error == 0 && (!SetFilePointerEx(handle, end, NULL, FILE_BEGIN) || !SetEndOfFile(handle)))
        error = GetLastError();
    CloseHandle(handle);
    return error;
}

void files_install(void)
{
    for (int i = 0; i < PRODUCT_FILES; i++) {
        write_file(product_files[i].path, i, server_site()->set.versions[i]);
        write_file(product_files[i].package, i, builds[BUILD_HOTFIX].number);
    }
    nt_set_registry(SETUP_KEY, "Services", "C:\\Program Files\\Exchsrvr");
}

static uint32_t read_version(HANDLE handle, char build[FILE_BUILD_CHARS])
{
    DWORD got = 0;

    memset(build, 0, FILE_BUILD_CHARS);
    if (!ReadFile(handle, build, FILE_BUILD_CHARS - 1, &got, NULL))
        return GetLastError();
    return got == FILE_BUILD_CHARS - 1 ? 0 : 193; /* ERROR_BAD_EXE_FORMAT */
}

uint32_t files_version(const char *path, char build[FILE_BUILD_CHARS])
{
    HANDLE handle =
        open_file(path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE, OPEN_EXISTING);

    if (handle == INVALID_HANDLE_VALUE)
        return GetLastError();
    uint32_t error = read_version(handle, build);

    CloseHandle(handle);
    return error;
}

static void note_loaded(int file, const char *process, uint32_t id, const char *build)
{
    struct modules *modules = server_site()->modules;
    struct loaded_module *module = &modules->loaded[modules->count++ % LOADED_MAX];

    *module = (struct loaded_module){ .file = file, .process = process, .process_id = id };
    snprintf(module->build, sizeof module->build, "%s", build);
}

PCWSTR files_load(int file, const char *process, PWSTR out)
{
    char build[FILE_BUILD_CHARS];

    /* Stays open as long as the process lives, as a mapped image keeps its file. */
    HANDLE image =
        open_file(product_files[file].path, GENERIC_READ, FILE_SHARE_READ, OPEN_EXISTING);

    if (image == INVALID_HANDLE_VALUE || read_version(image, build) != 0)
        return server_build("", out);
    note_loaded(file, process, GetCurrentProcessId(), build);
    return server_build(build, out);
}

bool files_hold_driver(char build[FILE_BUILD_CHARS])
{
    struct modules *modules = server_site()->modules;

    if (modules->driver == NULL)
        modules->driver = open_file(product_files[FILE_DRIVER].path, GENERIC_READ, FILE_SHARE_READ,
                                    OPEN_EXISTING);
    if (modules->driver == INVALID_HANDLE_VALUE) {
        modules->driver = NULL;
        return false;
    }
    LARGE_INTEGER start = { .QuadPart = 0 };

    SetFilePointerEx(modules->driver, start, NULL, FILE_BEGIN);
    if (read_version(modules->driver, build) != 0)
        return false;
    note_loaded(FILE_DRIVER, "System", 4, build);
    return true;
}

void files_release_driver(void)
{
    struct modules *modules = server_site()->modules;

    if (modules->driver != NULL)
        CloseHandle(modules->driver);
    modules->driver = NULL;
    for (uint32_t i = 0; i < LOADED_MAX; i++)
        if (modules->loaded[i].process_id == 4)
            modules->loaded[i].gone = true;
}

uint32_t files_copy(int file)
{
    char build[FILE_BUILD_CHARS];
    uint32_t error = files_version(product_files[file].package, build);

    return error != 0 ? error : write_file(product_files[file].path, file, build);
}

bool files_is_loaded(const struct loaded_module *module)
{
    DWORD code = 0;

    if (module->process_id == 4)
        return !module->gone;
    HANDLE process = OpenProcess(PROCESS_ALL_ACCESS, FALSE, module->process_id);

    if (process == NULL)
        return false;
    bool lives = GetExitCodeProcess(process, &code) && code == STILL_ACTIVE;

    CloseHandle(process);
    return lives;
}
