/* view_options.c - see view_options.h. Each verb names the options it takes; every other one is an
 * error, so that nothing a person writes is passed over in silence. */
#include "ui/timeline/view_options.h"
#include "ui/run/words.h"
#include "ui/timeline/shot.h"
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum option_id {
    O_SEED,
    O_SET,
    O_SURPRISES,
    O_TWIN,
    O_THEME,
    O_TEXT,
    O_SIZE,
    O_FONT,
    O_MONO_FONT,
    O_SCRIPT,
    O_SETTINGS,
    O_NO_SETTINGS,
    O_NO_WINDOW,
    O_OUT,
    O_AT,
    O_RECORD,
    O_FROM,
    O_TO,
    O_AXIS,
    O_LANES,
    O_VIEW,
    O_SELECT,
    O_NO_INSPECTOR,
    O_DESCRIBE,
    O_FRAMES,
    O_FPS,
    O_SPEED,
    O_VIDEO,
    O_HELP,
    O_COUNT
};
enum { IN_VIEW = 1, IN_RENDER = 2, IN_BOTH = 3 };

static const struct {
    struct cli_word word;
    int verbs;
} known[O_COUNT] = {
    [O_SEED] = { { "--seed", 's', "N", "decimal, 0x... or a 40-digit git hash" }, IN_BOTH },
    [O_SET] = { { "--set", 0, "SECTION.KEY=VALUE", "wins over the file" }, IN_BOTH },
    [O_SURPRISES] = { { "--surprises", 0, "LIST",
                        "answer these choices otherwise: PREEMPT:12:1,POOL:3:1" },
                      IN_BOTH },
    [O_TWIN] = { { "--twin", 0, "sp2|hotfix|FILE",
                   "a second run with the same seed under the first" },
                 IN_BOTH },
    [O_THEME] = { { "--theme", 0, "NAME", "dark, light or high-contrast" }, IN_BOTH },
    [O_TEXT] = { { "--text", 0, "PERCENT", "size of texts, 75 to 300" }, IN_BOTH },
    [O_SIZE] = { { "--size", 0, "WxH", "pixels of the picture or the window: 1280x720" }, IN_BOTH },
    [O_FONT] = { { "--font", 0, "FILE", "the font of texts" }, IN_BOTH },
    [O_MONO_FONT] = { { "--mono-font", 0, "FILE", "the font of records and numbers" }, IN_BOTH },
    [O_SCRIPT] = { { "--script", 0, "FILE", "keys, clicks and expectations, a line each" },
                   IN_VIEW },
    [O_SETTINGS] = { { "--settings", 0, "FILE", "instead of the one in your home" }, IN_VIEW },
    [O_NO_SETTINGS] = { { "--no-settings", 0, NULL, "read and write no settings" }, IN_VIEW },
    [O_NO_WINDOW] = { { "--no-window", 0, NULL, "run the script without a display" }, IN_VIEW },
    [O_OUT] = { { "--out", 'o', "FILE", "a .png or .svg" }, IN_RENDER },
    [O_AT] = { { "--at", 0, "TIME", "where the playhead stands: 4.2s" }, IN_RENDER },
    [O_RECORD] = { { "--record", 0, "N", "the same by the number of a record" }, IN_RENDER },
    [O_FROM] = { { "--from", 0, "TIME", "the stretch that is shown begins here" }, IN_RENDER },
    [O_TO] = { { "--to", 0, "TIME", "and ends here" }, IN_RENDER },
    [O_AXIS] = { { "--axis", 0, "AXIS", "linear, record or gaps" }, IN_RENDER },
    [O_LANES] = { { "--lanes", 0, "TEXT,TEXT", "only lanes whose names hold one of these" },
                  IN_RENDER },
    [O_VIEW] = { { "--view", 0, "VIEW", "timeline, stop or curve" }, IN_RENDER },
    [O_SELECT] = { { "--select", 0, "LANE", "choose a lane: \"inetinfo.exe/smtp 3\"" }, IN_RENDER },
    [O_NO_INSPECTOR] = { { "--no-inspector", 0, NULL, "the lanes have the whole width" },
                         IN_RENDER },
    [O_DESCRIBE] = { { "--describe", 0, "[=FILE]",
                       "the picture in words, on standard output or in a file" },
                     IN_RENDER },
    [O_FRAMES] = { { "--frames", 0, "FOLDER", "a PNG for each frame from --from to --to" },
                   IN_RENDER },
    [O_FPS] = { { "--fps", 0, "N", "frames in a second of the film (25)" }, IN_RENDER },
    [O_SPEED] = { { "--speed", 0, "X", "simulated seconds in one of the film (1)" }, IN_RENDER },
    [O_VIDEO] = { { "--video", 0, "FILE", "make a video of the frames (ffmpeg)" }, IN_RENDER },
    [O_HELP] = { { "--help", 'h', NULL, "this text; -- ends the options" }, IN_BOTH },
};

void view_options_help(FILE *out, bool render)
{
    if (render)
        fprintf(out,
                "usage: exifsim render SCENARIO.ini|CAPSULE.ini|CAMPAIGN.db -o FILE.png|FILE.svg "
                "[options]\n\nOne picture of a run, without a window.\n\n"
                "    exifsim render scenarios/kb908674.ini -o stop.svg --view stop\n"
                "    exifsim render scenarios/kb908674.ini -o night.png --from 90s --to 100s "
                "--axis gaps --size 1920x1080\n");
    else
        fprintf(out,
                "usage: exifsim view [options] [SCENARIO.ini|CAPSULE.ini|CAMPAIGN.db]\n\n"
                "A window on a run: any instant of it, backwards and forwards. Without a file: "
                "the night of KB 908674.\n\n"
                "    exifsim view scenarios/kb908674.ini\n"
                "    exifsim view scenarios/kb908674.ini --twin hotfix\n");
    fprintf(out, "\noptions\n");
    for (size_t i = 0; i < O_COUNT; i++)
        if (known[i].verbs & (render ? IN_RENDER : IN_VIEW))
            cli_print_word(out, &known[i].word, 29);
    fprintf(out, "\nexit codes: 0 done, 1 a script's expectation is not met, 2 usage, scenario or "
                 "display error\n");
}

/* ---- Values ---------------------------------------------------------------------------------- */

static const struct cli_words known_words = { "exifsim-view", "--help", known, sizeof known[0],
                                              O_COUNT };

static bool usage(const char *format, const char *what)
{
    return cli_refuse(&known_words, format, what);
}

static bool parse_number(const char *text, uint64_t least, uint64_t most, uint64_t *out)
{
    char *end;

    errno = 0;
    *out = strtoull(text, &end, 10);
    return isdigit((unsigned char)text[0]) && *end == 0 && errno == 0 && *out >= least &&
           *out <= most;
}

static bool parse_size(const char *text, int *width, int *height)
{
    char *end;
    long w = strtol(text, &end, 10), h = *end == 'x' ? strtol(end + 1, &end, 10) : 0;

    *width = (int)w;
    *height = (int)h;
    return isdigit((unsigned char)text[0]) && *end == 0 && w >= 320 && w <= 16384 && h >= 200 &&
           h <= 16384;
}

static bool take_time(const char *name, const char *text, bool *has, sim_time *out)
{
    *has = true;
    if (cli_parse_time_from(text, 0, out))
        return true;
    fprintf(stderr, "exifsim-view: read %s \"%s\", meant a time such as 4.2s or 90 s; see --help\n",
            name, text);
    return false;
}

/* Options with a number or a word behind them. */
static bool take_measure(struct view_options *o, enum option_id id, const char *value)
{
    static const char *const axes[] = { "linear", "record", "gaps" }, *const views[] = { "timeline",
                                                                                         "stop",
                                                                                         "curve" };
    uint64_t number;
    uint32_t word;
    char *end;

    switch (id) {
    case O_SEED:
        o->run.has_seed = true;
        return cli_parse_seed(value, &o->run.seed) ||
               usage("read --seed \"%s\", meant a number or a 40-digit git hash", value);
    case O_THEME:
        o->theme = theme_find(value);
        return o->theme != NULL ||
               usage("read --theme \"%s\", meant dark, light or high-contrast", value);
    case O_TEXT:
        if (!parse_number(value, 75, 300, &number))
            return usage("read --text \"%s\", meant 75 to 300", value);
        o->text_percent = (int)number;
        return true;
    case O_SIZE:
        return parse_size(value, &o->width, &o->height) ||
               usage("read --size \"%s\", meant WxH from 320x200 to 16384x16384", value);
    case O_RECORD:
        o->has_record = true;
        return parse_number(value, 0, UINT64_MAX - 1, &o->record) ||
               usage("read --record \"%s\", meant the number of a record", value);
    case O_AXIS:
        o->has_axis = true;
        if (!cli_parse_word(value, axes, ARRAY_LEN(axes), &word))
            return usage("read --axis \"%s\", meant linear, record or gaps", value);
        o->axis = (enum axis_kind)word;
        return true;
    case O_VIEW:
        if (!cli_parse_word(value, views, ARRAY_LEN(views), &word))
            return usage("read --view \"%s\", meant timeline, stop or curve", value);
        o->view = (enum app_view)word;
        return true;
    case O_FPS:
        if (!parse_number(value, 1, 240, &number))
            return usage("read --fps \"%s\", meant 1 to 240", value);
        o->fps = (uint32_t)number;
        return true;
    case O_SPEED:
        o->speed = strtod(value, &end);
        return (isdigit((unsigned char)value[0]) && *end == 0 && o->speed > 0 && o->speed <= 1e6) ||
               usage("read --speed \"%s\", meant a number such as 0.01 or 3", value);
    default:
        return true;
    }
}

static bool take_option(struct view_options *o, enum option_id id, const char *value)
{
    const char **texts[O_COUNT] = {
        [O_SURPRISES] = &o->run.surprises,
        [O_TWIN] = &o->twin,
        [O_FONT] = &o->font,
        [O_MONO_FONT] = &o->mono_font,
        [O_SCRIPT] = &o->script,
        [O_SETTINGS] = &o->settings,
        [O_OUT] = &o->out,
        [O_LANES] = &o->lanes,
        [O_SELECT] = &o->select,
        [O_DESCRIBE] = &o->describe,
        [O_FRAMES] = &o->frames,
        [O_VIDEO] = &o->video,
    };

    if (texts[id] != NULL) {
        *texts[id] = value;
        return value[0] != 0 || usage("option \"%s\" wants a value", known[id].word.name);
    }
    switch (id) {
    case O_SET:
        if (o->run.set_count == RUN_SETS_MAX)
            return usage("read more than 64 times --set, the last \"%s\"", value);
        o->run.sets[o->run.set_count++] = value;
        return true;
    case O_AT:
        return take_time("--at", value, &o->has_at, &o->at);
    case O_FROM:
        return take_time("--from", value, &o->has_from, &o->from);
    case O_TO:
        return take_time("--to", value, &o->has_to, &o->to);
    case O_NO_SETTINGS:
        return o->no_settings = true;
    case O_NO_WINDOW:
        return o->no_window = true;
    case O_NO_INSPECTOR:
        return o->no_inspector = true;
    case O_HELP:
        return o->help = true;
    default:
        return take_measure(o, id, value);
    }
}

/* ---- Words ----------------------------------------------------------------------------------- */

static bool take_path(struct view_options *o, const char *word)
{
    if (o->path != NULL)
        return usage("read \"%s\", meant one file", word);
    o->path = word;
    return true;
}

static bool ends_with(const char *text, const char *end)
{
    size_t a = strlen(text), b = strlen(end);

    return a >= b && strcmp(text + a - b, end) == 0;
}

static bool render_goes_together(const struct view_options *o)
{
    bool campaign = o->path != NULL && ends_with(o->path, ".db");

    if (o->path == NULL)
        return usage("%s wants a scenario, a capsule or a campaign", "render");
    if (o->out == NULL && o->describe == NULL && o->frames == NULL)
        return usage("%s wants --out FILE.png or FILE.svg, --describe or --frames", "render");
    if (o->out != NULL && !shot_known(o->out))
        return usage("read --out \"%s\", meant a file that ends with .png or .svg", o->out);
    if (o->has_at && o->has_record)
        return usage("read --at and --record%s, meant one of them", "");
    if (o->has_from && o->has_to && o->from >= o->to)
        return usage("read --from that is not before --to%s", "");
    if (o->frames != NULL && !(o->has_from && o->has_to))
        return usage("read --frames \"%s\", meant --from and --to beside it", o->frames);
    if (o->video != NULL && o->frames == NULL)
        return usage("read --video \"%s\", meant --frames FOLDER beside it", o->video);
    if (campaign != (o->view == VIEW_CURVE))
        return usage(campaign ? "read a campaign and --view%s, meant --view curve"
                              : "read --view curve%s, meant a campaign's database (.db)",
                     "");
    return true;
}

static bool goes_together(const struct view_options *o, const bool given[O_COUNT])
{
    for (int i = 0; i < O_COUNT; i++)
        if (given[i] && !(known[i].verbs & (o->render ? IN_RENDER : IN_VIEW))) {
            fprintf(stderr, "exifsim-view: %s takes no %s; see --help\n",
                    o->render ? "render" : "view", known[i].word.name);
            return false;
        }
    if (o->render)
        return render_goes_together(o);
    if (o->no_window && o->script == NULL)
        return usage("read --no-window%s, meant --script FILE beside it", "");
    if (o->no_settings && o->settings != NULL)
        return usage("read --no-settings and --settings \"%s\", meant one of them", o->settings);
    return true;
}

/* A campaign is a curve; nothing else can be seen of it. */
static void defaults(struct view_options *o, const bool given[O_COUNT])
{
    if (!given[O_VIEW] && o->path != NULL && ends_with(o->path, ".db"))
        o->view = VIEW_CURVE;
}

bool view_options_read(struct view_options *o, int count, char **words)
{
    bool ended = false, given[O_COUNT] = { false };
    int i = 1;

    *o = (struct view_options){ .fps = 25, .speed = 1 };
    if (count > 1 && (strcmp(words[1], "view") == 0 || strcmp(words[1], "render") == 0)) {
        o->render = words[1][0] == 'r';
        i++;
    }
    for (; i < count; i++) {
        const char *word = words[i], *value;

        if (ended || word[0] != '-' || word[1] == 0) {
            if (!take_path(o, word))
                return false;
            continue;
        }
        if (strcmp(word, "--") == 0) {
            ended = true;
            continue;
        }
        int found = cli_find_word(&known_words, word, &value);

        if (found < 0)
            return cli_unknown_word(&known_words, word);
        given[found] = true;
        if (found == O_DESCRIBE && value == NULL) /* Alone, it means standard output. */
            value = i + 1 < count && strcmp(words[i + 1], "-") == 0 ? words[++i] : "-";
        if (known[found].word.value != NULL && value == NULL && ++i == count)
            return usage("option \"%s\" wants a value", word);
        if (known[found].word.value == NULL && value != NULL)
            return usage("option \"%s\" takes no value", word);
        if (!take_option(o, (enum option_id)found, value != NULL ? value : words[i]))
            return false;
    }
    defaults(o, given);
    return o->help || goes_together(o, given);
}
