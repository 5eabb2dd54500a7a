/* cli_explain_json.c - a diagnosis as JSON (docs/json.md). */
#include "ui/cli/cli_explain.h"
#include "model/look/inspect.h"

static const char *const gauge_names[GAUGE_COUNT] = {
#define GAUGE(name, text, unit) #name,
#include "model/words/gauges.def"
#undef GAUGE
};

static json_t *json_clues(const struct opinion *opinion)
{
    json_t *clues = json_array();

    for (uint32_t i = 0; i < opinion->clue_count; i++) {
        json_t *clue = json_object();

        json_object_set_new(clue, "weight", json_integer(opinion->clues[i].weight));
        json_object_set_new(clue, "text", cli_json_text(opinion->clues[i].text));
        json_array_append_new(clues, clue);
    }
    return clues;
}

static json_t *json_opinions(const struct opinion *opinions, uint32_t count)
{
    json_t *list = json_array();

    for (uint32_t i = 0; i < count; i++) {
        const struct opinion *o = &opinions[i];
        const char *article = diagnosis_article(o->diagnosis);
        json_t *object = json_object();

        json_object_set_new(object, "diagnosis", json_string(diagnosis_word(o->diagnosis)));
        json_object_set_new(object, "article",
                            article[0] != 0 ? json_string(article) : json_null());
        json_object_set_new(object, "what", json_string(diagnosis_what(o->diagnosis)));
        json_object_set_new(object, "score", json_integer(o->weight));
        json_object_set_new(object, "also", json_boolean(o->also));
        json_object_set_new(object, "clues", json_clues(o));
        json_object_set_new(object, "advice", cli_json_text(o->advice));
        json_array_append_new(list, object);
    }
    return list;
}

static json_t *json_dump(const struct evidence *e)
{
    json_t *dump, *frames;

    if (e->crash.process[0] == 0)
        return json_null();
    dump = json_object();
    frames = json_array();
    for (uint32_t i = 0; i < e->crash_frame_count; i++)
        json_array_append_new(frames, cli_json_text(e->crash_frames[i]));
    json_object_set_new(dump, "process", cli_json_text(e->crash.process));
    json_object_set_new(dump, "thread", cli_json_text(e->crash.thread));
    json_object_set_new(dump, "exception", cli_json_count((uint32_t)e->crash.code));
    json_object_set_new(dump, "frames", frames);
    return dump;
}

/* The greatest value of each gauge, read every second. */
static json_t *json_gauges(const struct evidence *e)
{
    json_t *gauges = json_object();

    for (int i = 0; i < GAUGE_COUNT; i++)
        json_object_set_new(gauges, gauge_names[i], cli_json_count(e->most[i]));
    return gauges;
}

static json_t *json_words(const char *const words[], uint32_t count)
{
    json_t *list = json_array();

    for (uint32_t i = 0; i < count; i++)
        if (words[i][0] != 0)
            json_array_append_new(list, json_string(words[i]));
    return list;
}

json_t *explain_json(const struct explained *e)
{
    json_t *run = json_object(), *disks = json_array();

    for (size_t i = 0; i < ARRAY_LEN(e->evidence->disk_us); i++)
        json_array_append_new(disks, cli_json_count(e->evidence->disk_us[i]));
    json_object_set_new(run, "scenario", cli_json_text(e->path));
    json_object_set_new(run, "seed", cli_json_seed(e->seed));
    json_object_set_new(run, "met", json_boolean(e->met));
    json_object_set_new(run, "found", json_words(e->found, e->found_count));
    json_object_set_new(run, "expected", json_words(e->expected, EXPECT_DIAGNOSES));
    json_object_set_new(run, "opinions", json_opinions(e->opinions, e->opinion_count));
    json_object_set_new(run, "user_dump", json_dump(e->evidence));
    json_object_set_new(run, "gauges_most", json_gauges(e->evidence));
    json_object_set_new(run, "disks_worst_us", disks);
    return run;
}
