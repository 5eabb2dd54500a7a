/* terminal.h - is there somebody to read and to type, and what standard streams have to be told. */
#pragma once
#include <stdbool.h>
#include <stdio.h>

/* Call it first in main. A reader that is gone and a limit of file sizes are then failed writes,
 * which are told. On Windows bytes pass standard output unchanged, and a console shows UTF-8. */
void terminal_prepare(void);

/* True if the stream is a terminal that follows escape sequences. */
bool terminal_input(void);
bool terminal_output(void);
bool terminal_errors(void);

/* Takes standard output away: what is printed to stdout from now on goes to standard error, and
 * the stream that is returned writes where standard output did. NULL: errno says why. */
FILE *terminal_divert(void);

/* True if the errno of a failed write to a pipe means that its reader has read enough and gone. */
bool terminal_reader_gone(int error);
