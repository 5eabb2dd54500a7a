/* lab.h - exercises on drivers with a fault, which a student mends.
 *
 *     struct lab lab;
 *
 *     if (lab_find("h3", &lab, stderr)) ... lab.path, lab.title
 *
 * A lab is a folder of the scenarios that come with the program, labs/NAME: the driver, the
 * scenario that runs it, and texts. The scenario, lab.ini, has a section [lab], which says what the
 * exam asks (exam.h). `exifsim new lab` copies the folder; the copy's lab.ini tells which lab it
 * is, and nothing else of it is read in an exam.
 */
#pragma once
#include "ui/host/places.h"
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum { LAB_NAME_CHARS = 24, LABS_MAX = 32, LAB_TITLE_CHARS = 120 };

struct lab {
    char name[LAB_NAME_CHARS]; /* "h3" */
    char title[LAB_TITLE_CHARS];
    uint32_t minutes;
    uint32_t seeds;         /* Runs of the known ends. */
    bool crash;             /* The search also crashes the store. */
    char path[PLACE_CHARS]; /* Path of lab.ini. */
    char driver[32];        /* Section of the driver: "driver exifs". */
    char folder[PLACE_CHARS];
};

/* Finds a lab by name. False: there is none, or it cannot be read; errors were printed. */
bool lab_find(const char *name, struct lab *out, FILE *errors);

/* The names of all labs, in the order of the alphabet. Returns their number. */
uint32_t lab_names(char out[LABS_MAX][LAB_NAME_CHARS]);

/* Reads which lab a student's folder is of, from its lab.ini. False: errors were printed. */
bool lab_of_folder(const char *folder, char name[LAB_NAME_CHARS], FILE *errors);

/* Writes the path of the student's driver in a folder. */
void lab_driver_path(const char *folder, char out[PLACE_CHARS]);
