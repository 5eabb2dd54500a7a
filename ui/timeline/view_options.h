/* view_options.h - the words of exifsim-view's command line. */
#pragma once
#include "ui/timeline/app.h"

enum view_exit { VIEW_FINE = 0, VIEW_FINDING = 1, VIEW_USAGE = 2 };

struct view_options {
    bool render, help; /* render: else view. */
    const char *path;  /* NULL: none was given. */
    struct run_options run;
    const struct theme *theme; /* NULL: the settings'. */
    int text_percent;          /* 0: the settings'. */
    int width, height;         /* 0: the settings'. */
    const char *font, *mono_font, *twin;
    /* view */
    const char *script, *settings;
    bool no_settings, no_window;
    /* render */
    const char *out, *lanes, *select, *describe, *frames, *video;
    bool has_at, has_record, has_from, has_to, has_axis, no_inspector;
    sim_time at, from, to;
    uint64_t record;
    enum axis_kind axis;
    enum app_view view;
    uint32_t fps;
    double speed; /* Simulated seconds in one of the film. */
};

/* False: what is wrong was said on stderr. */
bool view_options_read(struct view_options *options, int count, char **words);
void view_options_help(FILE *out, bool render);
