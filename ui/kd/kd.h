/* kd.h - a kernel debugger on a recorded run: WinDbg's commands, and time in both directions.
 *
 *     struct kd *kd = kd_open(&(struct kd_options){ .scenario = scenario, .seed = 7, .out = stdout,
 *                                                   .errors = stderr });
 *     kd_line(kd, "!process 0 0; k");
 *     kd_close(kd);
 *
 * The run is made once, to its end. The debugger stands at one record of it, at first at the stop,
 * else at the last one; every command tells of that instant. Shapes are those of
 * facts/ddi-debugger.md, for the 32-bit target that the simulator is; a value that the machine does
 * not have is printed as ????????, and a whole line of such values is left out. No host address is
 * printed.
 */
#pragma once
#include "model/scenario/scenario.h"
#include <stdio.h>

struct kd;
struct recording;

enum { KD_ERROR_CHARS = 400 };
struct kd_options {
    /* A recording to look at, which stays the caller's; NULL: one of the scenario is made. Commands
     * wait for it and must not be carried out under its lock. */
    struct recording *run;
    const struct scenario *scenario; /* Copied. */
    uint64_t seed;
    sim_time until; /* 0: as long as the scenario says. */
    const char *at; /* Where to stand at first (ui/recording/anchor.h); NULL: at the stop or end. */
    bool echo;      /* Each command is printed behind the prompt. */
    FILE *out;      /* What commands print. */
    FILE *errors;   /* What is wrong with them. */
    uint32_t segment_records; /* As recording_options has it; 0: the usual. */
};

/* Makes the run and goes to the instant. NULL: error says why. */
struct kd *kd_open(const struct kd_options *options, char error[KD_ERROR_CHARS]);
void kd_close(struct kd *kd); /* NULL is allowed. */

/* Says what a debugger says when it opens a machine. */
void kd_banner(struct kd *kd);
/* Carries out the commands of a line, which semicolons part. False: it was quit. */
bool kd_line(struct kd *kd, const char *line);
/* Goes to a record, if it is not there; what .process and .thread chose is then forgotten. The
 * nearest one that can be stood at is taken. */
void kd_go(struct kd *kd, uint64_t record);
uint64_t kd_at(const struct kd *kd); /* The record where it stands. */
struct recording *kd_recording(const struct kd *kd);
/* Where commands print from now on. */
void kd_print_to(struct kd *kd, FILE *out, FILE *errors);
/* The prompt, such as "0: kd> ". */
const char *kd_prompt(struct kd *kd);
/* Calls offer(to, word) for what may stand where the last word of a line begins: a command, or a
 * function of a module. kd NULL: commands only. */
void kd_complete(struct kd *kd, const char *line, const char *word,
                 void (*offer)(void *to, const char *word), void *to);
/* True if a command so far was wrong: unknown, or not to be carried out. */
bool kd_was_wrong(const struct kd *kd);

/* Serves one gdb by its remote protocol on the loopback address, until it detaches: breakpoints in
 * sources of guests, steps of instructions, both ways in time, and the commands of kd behind
 * `monitor`. It begins at options.at, or at the first record. port 0: the system chooses one. Says
 * on options.out what to tell gdb. False: error says why it could not. */
bool kd_serve_gdb(struct kd *kd, uint16_t port, char error[KD_ERROR_CHARS]);
