/* exifs_entry_lessons.c - the teaching image: Parameters\Build names the lesson ("lesson.H2"). */
#include "exifs_entry.h"
#include "exifs.h"

NTSTATUS NTAPI ExifsLessonEntry(PDRIVER_OBJECT driver, PUNICODE_STRING registryPath)
{
    return ExifsStart(driver, registryPath, ExifsLessons, ExifsLessonCount, &ExifsLessons[0]);
}
