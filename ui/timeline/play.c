/* play.c - see play.h. */
#include "ui/timeline/play.h"
#include "ui/timeline/commands.h"

enum { ADVANCE_MS_MAX = 100, VIEW_PARTS = 20 };

const struct play_speed play_speeds[PLAY_SPEEDS] = {
    { "1/1000 x", 1000 },        { "1/300 x", 3333 },    { "1/100 x", 10000 },
    { "1/10 x", 100000 },        { "1 x", 1000000 },     { "3 x", 3000000 },
    { "10 x", 10000000 },        { "100 x", 100000000 }, { "1000 x", 1000000000 },
    { "as fast as it goes", 0 },
};

/* At the end of a run that stopped there is nothing left to play: its last seconds are. */
static void begin_again(struct app *app)
{
    struct pane *pane = app_pane(app);
    const struct recording_end *end = recording_end(pane->run);

    if (end == NULL || !end->result.stop.stopped || pane->now < end->result.stop.record)
        return;
    app_visit(app, recording_number(
                       pane->run, end->result.stop.at > SEC(3) ? end->result.stop.at - SEC(3) : 0));
}

void play_toggle(struct app *app, int how)
{
    (void)how;
    if (!app->play.on)
        begin_again(app);
    app->play.on = !app->play.on;
    app->play.host_ms = 0;
}

void play_change_speed(struct app *app, int by)
{
    int speed = app->play.speed + by;

    app->play.speed = speed < 0 ? 0 : speed >= PLAY_SPEEDS ? PLAY_SPEEDS - 1 : speed;
    app_say(app, false, "speed: %s", play_speeds[app->play.speed].text);
}

/* Where playing stands after some milliseconds of the host. */
static sim_time advanced(const struct app *app, const struct pane *pane, uint64_t passed_ms)
{
    const struct axis *axis = &app->view.axis;
    uint64_t rate = play_speeds[app->play.speed].ns_per_ms;
    sim_time at = app->play.at;

    if (app->play.record != pane->now || at == 0) /* The playhead was moved meanwhile. */
        at = recording_time(pane->run, pane->now);
    if (rate != 0)
        return at + rate * MIN_OF(passed_ms, (uint64_t)ADVANCE_MS_MAX);
    return axis_time(axis->kind, pane->run,
                     axis_of(axis->kind, pane->run, pane->now) +
                         (axis->to - axis->from) / VIEW_PARTS);
}

bool play_tick(struct app *app, uint64_t host_ms)
{
    struct pane *pane = app_pane(app);
    struct play *play = &app->play;
    uint64_t passed = play->host_ms == 0 ? 0 : host_ms - play->host_ms;
    const struct recording_status *status;

    if (!play->on || app->pane_count == 0)
        return app->dirty;
    play->host_ms = host_ms;
    app_lock(app);
    status = recording_status(pane->run);
    play->at = advanced(app, pane, passed);
    app_go(app, MAX_OF(recording_number(pane->run, play->at), pane->now));
    play->record = pane->now;
    view_reveal(app, pane->now);
    if (pane->now + 1 >= status->records && status->ended)
        play->on = false;
    app_unlock(app);
    return true;
}
