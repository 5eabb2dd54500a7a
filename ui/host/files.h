/* files.h - files and folders by their names, which are UTF-8 on every system.
 *
 *     struct file_look look = file_look(path);
 *
 *     if (look.kind == FILE_FOLDER)
 *         folder_read(path, add_entry, list);
 *
 * Functions that return a bool or a pointer set errno when they fail. On Windows both '/' and '\'
 * separate folders.
 */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum file_kind { FILE_ABSENT, FILE_REGULAR, FILE_FOLDER, FILE_SPECIAL };

struct file_look {
    enum file_kind kind; /* FILE_ABSENT: there is no such file, or it cannot be looked at. */
    uint64_t bytes;
    int64_t written_ns;      /* Last written, since the system's own epoch. */
    uint64_t device, number; /* Together they name the file; two names of one file give the same. */
};

/* Looks at a file, through links. On FILE_ABSENT errno says why. */
struct file_look file_look(const char *path);
/* True if both paths lead to one regular file that exists. */
bool file_is_same(const char *one, const char *other);

/* What the name itself is: a link is FILE_SPECIAL. */
enum file_kind file_kind_of_name(const char *path);

/* Opens a file as fopen does. Add "b" to the mode: no system then changes line ends. */
FILE *file_open(const char *path, const char *mode);

/* Makes a file that must not exist yet, and opens it for writing. NULL and EEXIST: it exists. */
FILE *file_open_new(const char *path);

bool file_writable(const char *path);
bool file_executable(const char *path);
bool file_remove(const char *path);

/* Lets everybody run a file, where a file has to be told so. */
bool file_make_executable(const char *path);

/* Gives a file another name. A file that has that name already is replaced. */
bool file_rename(const char *path, const char *to);

/* The whole path of an existing file, with links resolved. Free it with free. NULL: none. */
char *file_full_path(const char *path);

/* True if a file lies in a folder or below it, with links resolved. Both must exist. */
bool file_lies_in(const char *path, const char *folder);

/* The part of a path behind its folder. */
const char *file_short_name(const char *path);

/* True if the path does not depend on where one stands. */
bool file_absolute(const char *path);

/* Makes one folder. */
bool folder_make(const char *path);
/* Removes an empty one. */
bool folder_remove(const char *path);

/* Calls each for every name in a folder but "." and "..", in any order. False: it cannot be
 * read. */
bool folder_read(const char *path, void (*each)(void *context, const char *name), void *context);

/* The names in a folder that end so, sorted. NULL: it cannot be read. Give the list to
 * folder_list_free. */
char **folder_list(const char *path, const char *suffix, size_t *count);
void folder_list_free(char **names, size_t count);

/* True if the errno of a failed write means that there is no room. */
bool file_error_is_room(int error);

/* The errno that is nearest to an error code of the system. */
int file_error(int system);

/* Calls each for the paths that a pattern with *, ? and [ ] finds, sorted. On Windows folders are
 * named outright. False: it finds none. */
bool file_pattern(const char *pattern, void (*each)(void *context, const char *path),
                  void *context);
