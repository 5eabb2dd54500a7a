/* course.h - the lessons that come with the program: where they lie, and one by its name.
 *
 *     char path[COURSE_PATH_CHARS];
 *
 *     if (course_find("4_memory", path)) lesson = lesson_read(path, stderr);
 */
#pragma once
#include "ui/host/places.h"

enum { COURSE_PATH_CHARS = PLACE_CHARS };

/* Finds the folder of the lessons: here, or beside the program or the folder that it lies in. */
bool course_folder(char out[COURSE_PATH_CHARS]);

/* Finds a lesson by its file, or by its name in the course ("4_memory"). False: the path is too
 * long. */
bool course_find(const char *name, char out[COURSE_PATH_CHARS]);
