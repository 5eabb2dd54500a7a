/* cli_game.h - what the files of exifsim game share. */
#pragma once
#include "ui/cli/cli.h"
#include "ui/game/game.h"

/* Plays a level in the terminal, or with the lines of --script. number: of the level among those
 * that come with the program; 0: it is none of these. Returns the exit code. */
int cli_game_play(const struct options *options, const char *path, uint32_t number);

/* Plays the lines of a file. False: one is wrong, and the error was printed. */
bool cli_game_script(struct game *game, const char *path);

/* Prints the decision at hand, at most 23 lines of 80 columns. */
void cli_game_picture(const struct game *game, uint32_t number);
/* Prints how the play ended, and the commands that show the run. */
void cli_game_end(const struct game *game);
