/* play_search.c - tries all plays of a level, those with fewer moves first. */
#include "ui/game/play_inside.h"
#include <stdlib.h>
#include <string.h>

/* Makes the run of a play to its end. True: it wins. */
static bool wins(struct play *play, const struct play_move *moves, uint32_t count)
{
    if (count > 0)
        memmove(play->moves, moves, count * sizeof *moves);
    play->move_count = count;
    play_run(play, UINT32_MAX);
    return play->state == PLAY_WON;
}

static bool is_spent(struct play_search *search)
{
    return search->runs_max != 0 && search->runs >= search->runs_max;
}

/* Tries all plays that begin with these moves and have `more` further ones. True: one wins. */
static bool try_all(struct play *play, struct play_search *search, struct play_move *moves,
                    uint32_t count, uint32_t more)
{
    uint32_t first = count > 0 ? moves[count - 1].decision + 1 : 0, decisions;
    uint8_t *counts;
    bool won;

    if (is_spent(search)) {
        search->exhausted = false;
        return false;
    }
    search->runs++;
    won = wins(play, moves, count);
    if (more == 0 || won) {
        if (won) {
            search->move_count = count;
            memcpy(search->moves, play->made, sizeof search->moves);
            play_print(play, search->surprises, sizeof search->surprises);
        }
        return won;
    }
    decisions = play->decision;
    counts = malloc(decisions + 1);
    CHECK(counts != NULL);
    memcpy(counts, play->counts, decisions);
    for (uint32_t d = first; d < decisions && !won; d++)
        for (uint32_t answer = 1; answer < counts[d] && !won; answer++) {
            moves[count] = (struct play_move){ .decision = d, .pick = answer };
            won = try_all(play, search, moves, count + 1, more - 1);
        }
    free(counts);
    return won;
}

/* Puts back what the player had, around what is tried. */
struct kept {
    struct play_move moves[PLAY_MOVES_MAX];
    uint32_t move_count, decision;
    enum play_state state;
};

static struct kept keep(const struct play *play)
{
    struct kept kept = { .move_count = play->move_count,
                         .decision = play->decision,
                         .state = play->state };

    memcpy(kept.moves, play->moves, sizeof kept.moves);
    return kept;
}

static void put_back(struct play *play, const struct kept *kept)
{
    memcpy(play->moves, kept->moves, sizeof kept->moves);
    play->move_count = kept->move_count;
    play_run(play, kept->state == PLAY_ASKS ? kept->decision : UINT32_MAX);
}

void play_search(struct play *play, struct play_search *search)
{
    struct kept kept = keep(play);
    struct play_move moves[PLAY_MOVES_MAX];
    bool won = false;

    search->runs = search->move_count = 0;
    search->surprises[0] = 0;
    search->exhausted = true;
    play->counts_max = 1024;
    play->counts = calloc(play->counts_max, sizeof *play->counts);
    CHECK(play->counts != NULL);
    for (uint32_t count = 0; count <= search->most && !won && search->exhausted; count++)
        won = try_all(play, search, moves, 0, count);
    free(play->counts);
    play->counts = NULL;
    put_back(play, &kept);
}

bool play_wins(struct play *play, const struct play_move *moves, uint32_t count)
{
    struct kept kept = keep(play);
    bool won = wins(play, moves, count);

    put_back(play, &kept);
    return won;
}
