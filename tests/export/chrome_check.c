/* chrome_check.c - reads a Chrome trace by the format's public description and counts its contents.
 *
 *     chrome_check FILE
 *
 * Exit code 1: not JSON, slices that do not nest or run backwards, complete events that overlap on
 * their track, flows without a beginning, tracks without a name. Prints how many events of each
 * sort there are.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static json_t *tracks; /* "pid/tid" -> { depth, last, whole: until when, named } */
static json_t *flows;  /* id -> 0 open, 1 ended */
static size_t number;

static void refuse(const char *why)
{
    printf("event %zu: %s\n", number, why);
    exit(1);
}

static json_t *track_of(const json_t *event)
{
    char key[64];
    json_t *track;

    if (!json_is_integer(json_object_get(event, "pid")) ||
        !json_is_integer(json_object_get(event, "tid")))
        refuse("no pid or tid");
    snprintf(key, sizeof key, "%" JSON_INTEGER_FORMAT "/%" JSON_INTEGER_FORMAT,
             json_integer_value(json_object_get(event, "pid")),
             json_integer_value(json_object_get(event, "tid")));
    track = json_object_get(tracks, key);
    if (track == NULL) {
        track = json_pack("{s:i,s:f,s:f,s:b}", "depth", 0, "last", 0.0, "whole", 0.0, "named", 0);
        json_object_set_new(tracks, key, track);
    }
    return track;
}

static void set_depth(json_t *track, json_int_t depth)
{
    if (depth < 0)
        refuse("an end without a begin");
    json_object_set_new(track, "depth", json_integer(depth));
}

static void read_slice(const json_t *event, json_t *track, char phase, double at)
{
    double slack = 0.0005; /* Half a nanosecond: decimal places are binary here. */

    if (phase == 'X') {
        double whole = json_real_value(json_object_get(track, "whole"));
        const json_t *duration = json_object_get(event, "dur");

        if (!json_is_number(duration) || json_number_value(duration) < 0)
            refuse("no duration");
        if (at + slack < whole)
            refuse("two at once");
        json_object_set_new(track, "whole", json_real(at + json_number_value(duration)));
        return;
    }
    if (at + slack < json_real_value(json_object_get(track, "last")))
        refuse("time runs backwards");
    json_object_set_new(track, "last", json_real(at));
    if (phase != 'i')
        set_depth(track,
                  json_integer_value(json_object_get(track, "depth")) + (phase == 'B' ? 1 : -1));
}

static void read_flow(const json_t *event, char phase)
{
    char key[32];
    const json_t *flow;

    snprintf(key, sizeof key, "%" JSON_INTEGER_FORMAT,
             json_integer_value(json_object_get(event, "id")));
    flow = json_object_get(flows, key);
    if ((phase == 's') != (flow == NULL) || json_integer_value(flow) != 0)
        refuse("a flow that comes from nowhere, or twice");
    json_object_set_new(flows, key, json_integer(phase == 'f'));
}

static void read_event(const json_t *event)
{
    const char *phase = json_string_value(json_object_get(event, "ph"));
    const json_t *time = json_object_get(event, "ts");
    const char *name = json_string_value(json_object_get(event, "name"));
    json_t *track = track_of(event);

    if (phase == NULL || phase[1] != 0 || strchr("BEXisftCM", phase[0]) == NULL)
        refuse("strange phase");
    if (!json_is_number(time) || json_number_value(time) < 0)
        refuse("no time");
    if (phase[0] != 'E' && (name == NULL || name[0] == 0))
        refuse("no name");
    if (phase[0] == 'M') {
        if (strcmp(name, "thread_name") == 0 || strcmp(name, "process_name") == 0)
            json_object_set_new(track, "named", json_true());
        return;
    }
    if (strchr("stf", phase[0]) != NULL)
        read_flow(event, phase[0]);
    else if (phase[0] != 'C')
        read_slice(event, track, phase[0], json_number_value(time));
    if (phase[0] != 'C' && !json_is_true(json_object_get(track, "named")))
        refuse("a track without a name");
}

int main(int count, char **words)
{
    json_error_t error;
    json_t *document = count == 2 ? json_load_file(words[1], JSON_REJECT_DUPLICATES, &error) : NULL;
    json_t *event, *track;
    size_t counts[128] = { 0 };
    const char *key;

    if (document == NULL) {
        printf("not JSON\n");
        return 1;
    }
    tracks = json_object();
    flows = json_object();
    json_array_foreach(json_object_get(document, "traceEvents"), number, event) {
        read_event(event);
        counts[json_string_value(json_object_get(event, "ph"))[0] & 127]++;
    }
    json_object_foreach(tracks, key, track)
        if (json_integer_value(json_object_get(track, "depth")) != 0)
            refuse("a slice is still open");
    for (int i = 0; i < 128; i++)
        if (counts[i] > 0)
            printf("%c %zu\n", i, counts[i]);
    json_decref(tracks);
    json_decref(flows);
    json_decref(document);
    return 0;
}
