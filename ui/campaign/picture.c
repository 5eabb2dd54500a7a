/* picture.c - draws the curve through gnuplot, and writes it as an HTML page.
 *
 * Two panels share one axis: the probability of the stop, with its interval as a band, and the
 * latency. Colours are Okabe and Ito's. No information depends on colour alone: each series has its
 * own dash and point, so the picture can be read in grey.
 */
#include "ui/campaign/curve.h"
#include "ui/host/files.h"
#include "ui/host/programs.h"
#include "ui/host/whole_file.h"
#include "ui/host/xml.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const colours[] = { "#D55E00", "#0072B2", "#009E73",
                                       "#CC79A7", "#E69F00", "#56B4E9" };
static const int dashes[] = { 1, 2, 4, 5, 3, 6 }, points[] = { 7, 5, 9, 13, 11, 4 };

/* ---- The script for gnuplot ------------------------------------------------------------------ */

static void write_data(const struct curve *curve, FILE *script)
{
    for (uint32_t series = 0; series < curve->series_count; series++) {
        uint32_t first, count = curve_series(curve, series, &first);

        fprintf(script, "$series%u << EOD\n", series);
        for (uint32_t i = first; i < first + count; i++) {
            const struct curve_point *p = &curve->points[i];

            fprintf(script, "%.17g %.6g %.6g %.6g", p->x, p->p_stop.point * 100,
                    p->p_stop.low * 100, p->p_stop.high * 100);
            /* Where most runs stopped, the latency is not that of the load. */
            if (p->stops * 2 > p->runs)
                fprintf(script, " NaN NaN\n");
            else
                fprintf(script, " %.6g %.6g\n", p->p50_ms, p->p95_ms);
        }
        fprintf(script, "EOD\n");
    }
}

static void write_styles(const struct curve *curve, FILE *script)
{
    for (uint32_t i = 0; i < curve->series_count; i++)
        fprintf(script, "set style line %u lc rgb '%s' lw 2.2 dt %d pt %d ps 0.9\n", i + 1,
                colours[i % ARRAY_LEN(colours)], dashes[i % ARRAY_LEN(dashes)],
                points[i % ARRAY_LEN(points)]);
}

/* Writes a text inside gnuplot's single quotes. A control character would end the text, so that the
 * rest were a command: it becomes a question mark. */
static void write_quoted(const char *text, FILE *script)
{
    fputc('\'', script);
    for (; *text; text++) {
        if (*text == '\'')
            fputc('\'', script);
        fputc((unsigned char)*text < ' ' || *text == 0x7f ? '?' : *text, script);
    }
    fputc('\'', script);
}

static void write_ticks(const struct curve *curve, bool labels, FILE *script)
{
    const char *comma = "";

    fprintf(script, "set xtics (");
    for (uint32_t i = 0; i < curve->count; i++) {
        double x = curve->points[i].x;
        bool seen = false;

        for (uint32_t j = 0; j < i; j++)
            seen = seen || curve->points[j].x == x;
        if (seen)
            continue;
        if (labels)
            fprintf(script, "%s'%g' %g", comma, x, x);
        else
            fprintf(script, "%s'' %g", comma, x);
        comma = ", ";
    }
    fprintf(script, ")\n");
}

/* Makes the axis logarithmic where loads span decades: a linear one would crowd the low loads. */
static void write_range(const struct curve *curve, FILE *script)
{
    double least = INFINITY, most = 0;

    for (uint32_t i = 0; i < curve->count; i++) {
        least = fmin(least, curve->points[i].x);
        most = fmax(most, curve->points[i].x);
    }
    if (least > 0 && most / least >= 8)
        fprintf(script, "set logscale x\nset xrange [%g:%g]\n", least / 1.12, most * 1.06);
}

static void write_knees(const struct curve *curve, FILE *script)
{
    int label = 0;

    for (uint32_t series = 0; series < curve->series_count; series++) {
        const struct curve_point *knee =
            curve->knee[series] >= 0 ? &curve->points[curve->knee[series]] : NULL;
        bool told = false;

        for (uint32_t before = 0; before < series && knee != NULL; before++)
            told = told ||
                   (curve->knee[before] >= 0 && curve->points[curve->knee[before]].x == knee->x);
        if (knee == NULL || told)
            continue;
        label++;
        fprintf(script,
                "set arrow %d from %g, graph 0 to %g, graph 1 nohead dt 3 lw 1 lc rgb '#555555'\n",
                label, knee->x, knee->x);
        fprintf(script,
                "set label %d 'knee %g%s' at %g, graph 0.06 offset 0.6,0 tc rgb '#333333'\n", label,
                knee->x, curve->x_unit, knee->x);
    }
}

/* Writes the names of known loads (facts/exchange-exifs.md 7.5) below the upper panel. */
static void write_names(const struct curve *curve, FILE *script)
{
    static const struct {
        double rate;
        const char *name;
    } named[] = { { 4.6, "a normal day" }, { 24, "heavy" }, { 100, "stress" } };
    size_t length = strlen(curve->x_name);

    for (size_t i = 0;
         i < ARRAY_LEN(named) && length > 5 && strcmp(curve->x_name + length - 5, ".rate") == 0;
         i++)
        for (uint32_t j = 0; j < curve->count; j++)
            if (curve->points[j].x == named[i].rate) {
                fprintf(script, "set label %zu '%s' at %g, graph -0.065 %s tc rgb '#333333'\n",
                        i + 100, named[i].name, named[i].rate,
                        named[i].rate > 50 ? "right" : "center");
                break;
            }
}

static void write_script(const struct curve *curve, const char *path, enum picture_format format,
                         FILE *script)
{
    fprintf(script,
            format == PICTURE_SVG
                ? "set terminal svg size 880,760 font 'DejaVu Sans,13' background '#ffffff'\n"
                : "set terminal pngcairo size 1760,1520 font 'DejaVu Sans,20' background '#ffffff' "
                  "fontscale 1\n");
    if (path != NULL) {
        fprintf(script, "set output ");
        write_quoted(path, script);
        fputc('\n', script);
    }
    fprintf(script, "set encoding utf8\nset termoption noenhanced\n");
    write_data(curve, script);
    write_styles(curve, script);
    fprintf(script, "set multiplot\nset border 3 lc rgb '#444444'\nset tics nomirror out\nset grid "
                    "ytics lc rgb '#dddddd' lt 1\n"
                    "set lmargin at screen 0.10\nset rmargin at screen 0.97\nset style fill "
                    "transparent solid 0.18 noborder\n");
    write_range(curve, script);
    write_ticks(curve, false, script);

    write_names(curve, script);
    fprintf(script, "set tmargin at screen 0.93\nset bmargin at screen 0.53\nset yrange [0:100]\n"
                    "set ylabel 'runs that stop, %%'\nset key at graph 0.02, graph 0.98 left top "
                    "Left reverse samplen 3\nset title ");
    write_quoted(curve->title ? curve->title : "a campaign", script);
    fprintf(script, " offset 0,0.3\nplot ");
    for (uint32_t i = 0; i < curve->series_count; i++) {
        fprintf(script,
                "%s$series%u using 1:3:4 with filledcurves lc rgb '%s' notitle, $series%u using "
                "1:2 with linespoints ls %u title ",
                i ? ", " : "", i, colours[i % ARRAY_LEN(colours)], i, i + 1);
        write_quoted(curve->series[i], script);
    }
    fprintf(script, "\nunset title\nunset label\n");
    write_ticks(curve, true, script);
    fprintf(script, "set tmargin at screen 0.48\nset bmargin at screen 0.09\nset xlabel ");
    char label[CURVE_NAME_CHARS + 24];

    snprintf(label, sizeof label, "%s, %s", curve->x_name,
             curve->x_unit[0] ? curve->x_unit : "count");
    write_quoted(label, script);
    fprintf(script, "\nset autoscale y\nset logscale y\nset ylabel 'latency, ms'\nset key at graph "
                    "0.02, graph 0.98\n");
    write_knees(curve, script);
    fprintf(script, "plot ");
    for (uint32_t i = 0; i < curve->series_count; i++) {
        fprintf(script, "%s$series%u using 1:6 with linespoints ls %u title ", i ? ", " : "", i,
                i + 1);
        snprintf(label, sizeof label, "%s, p95", curve->series[i]);
        write_quoted(label, script);
        fprintf(script, ", $series%u using 1:5 with lines lc rgb '%s' lw 1.8 dt 3 title ", i,
                colours[i % ARRAY_LEN(colours)]);
        snprintf(label, sizeof label, "%s, median", curve->series[i]);
        write_quoted(label, script);
    }
    fprintf(script, "\nunset multiplot\n");
}

/* ---- Running it ------------------------------------------------------------------------------ */

struct drawing {
    const struct curve *curve;
    const char *path;
    enum picture_format format;
};

static void feed_gnuplot(FILE *script, void *context)
{
    const struct drawing *drawing = context;

    write_script(drawing->curve, drawing->path, drawing->format, script);
}

static bool run_gnuplot(const struct curve *curve, const char *path, enum picture_format format,
                        char error[RESULTS_ERROR_CHARS])
{
    struct drawing drawing = { curve, path, format };
    enum program_end end = program_feed("gnuplot", feed_gnuplot, &drawing);

    if (end == PROGRAM_ABSENT)
        snprintf(error, RESULTS_ERROR_CHARS,
                 "gnuplot is not here; install it to draw (the table needs none)");
    else if (end == PROGRAM_BAD)
        snprintf(error, RESULTS_ERROR_CHARS, "gnuplot could not draw %s", path);
    return end == PROGRAM_GOOD;
}

static bool unwritten(const char *path, int code, char error[RESULTS_ERROR_CHARS])
{
    snprintf(error, RESULTS_ERROR_CHARS, "%s: %s", path, strerror(code));
    return false;
}

/* Lets gnuplot draw into the temporary file, which is opened first because gnuplot's errors about a
 * place it cannot write to are vague. */
static bool draw_into(struct whole_file *file, const struct curve *curve, const char *path,
                      enum picture_format format, char error[RESULTS_ERROR_CHARS])
{
    int code = whole_file_open(file, path);

    if (code != 0)
        return unwritten(path, code, error);
    fflush(stdout);
    if (run_gnuplot(curve, file->temporary != NULL ? file->temporary : file->path, format, error))
        return true;
    whole_file_drop(file);
    return false;
}

/* The name of a picture that is only passed on. */
static const char *passing_name(char *out, size_t size)
{
    snprintf(out, size, "%s/exifsim", program_scratch_folder());
    return out;
}

/* Copies a drawn picture, which gnuplot can write to a file only. Returns 0 or an errno. */
static int copy_to_standard(const struct whole_file *drawn)
{
    FILE *picture = file_open(drawn->temporary != NULL ? drawn->temporary : drawn->path, "rb");
    struct whole_file standard;
    char bytes[4096];
    size_t length;
    int error = picture == NULL ? errno : whole_file_open(&standard, "-");

    while (error == 0 && (length = fread(bytes, 1, sizeof bytes, picture)) > 0)
        fwrite(bytes, 1, length, standard.out);
    if (picture != NULL)
        fclose(picture);
    return error == 0 ? whole_file_close(&standard) : error;
}

bool curve_picture(const struct curve *curve, const char *path, enum picture_format format,
                   char error[RESULTS_ERROR_CHARS])
{
    struct whole_file file;
    char name[4096];
    int code;

    if (whole_file_is_standard(path)) {
        if (!draw_into(&file, curve, passing_name(name, sizeof name), format, error))
            return false;
        code = copy_to_standard(&file);
        whole_file_drop(&file);
        return code == 0 || unwritten("standard output", code, error);
    }
    if (!draw_into(&file, curve, path, format, error))
        return false;
    code = whole_file_close(&file);
    return code == 0 || unwritten(path, code, error);
}

/* ---- The page -------------------------------------------------------------------------------- */

static void write_share(FILE *out, struct stats_interval p)
{
    fprintf(out, "<td>%.0f %% <small>%.0f..%.0f</small>", p.point * 100, p.low * 100, p.high * 100);
}

static void write_row(FILE *out, const struct curve *curve, const struct curve_point *p)
{
    char rate[32];

    stats_format(p->delivered_per_s, rate, sizeof rate);
    fprintf(out, "<tr><td>");
    xml_text(out, curve->series[p->series]);
    fprintf(out, "<td>%g%s<td>%" PRIu64, p->x, curve->x_unit, p->runs);
    write_share(out, p->p_stop);
    write_share(out, p->p_crash);
    if (p->p99_ms > 0)
        fprintf(out, "<td>%s/s<td>%.3g<td>%.3g<td>%.3g<td>%.2g", rate, p->p50_ms, p->p95_ms,
                p->p99_ms, p->cpu_percent.point);
    else /* All runs ended before the warm-up did. */
        fprintf(out, "<td>-<td>-<td>-<td>-<td>-");
    fprintf(out, "<td><code>");
    xml_text(out, p->exemplar);
    fprintf(out, "</code></tr>\n");
}

/* Copies the picture into the page; without gnuplot the page says so and has everything else. */
static void write_picture(FILE *out, const struct curve *curve, const char *path)
{
    char name[4096], error[RESULTS_ERROR_CHARS], line[4096];
    struct whole_file file;
    bool inside = false; /* The XML declaration has been skipped. */
    FILE *picture;

    if (whole_file_is_standard(path))
        passing_name(name, sizeof name);
    else
        snprintf(name, sizeof name, "%s.svg", path);
    if (!draw_into(&file, curve, name, PICTURE_SVG, error)) {
        fprintf(out, "<p>No picture: ");
        xml_text(out, error);
        fprintf(out, "</p>\n");
        return;
    }
    picture = file_open(file.temporary != NULL ? file.temporary : file.path, "r");
    while (picture != NULL && fgets(line, sizeof line, picture) != NULL) {
        inside = inside || strncmp(line, "<svg", 4) == 0;
        if (inside)
            fputs(line, out);
    }
    if (picture != NULL)
        fclose(picture);
    whole_file_drop(&file);
}

static const char style[] =
    "body{font:15px/1.5 system-ui,sans-serif;max-width:1240px;margin:2em auto;padding:0 1em}"
    "body{color:#1b1d22}table{border-collapse:collapse;font-size:13px}small{color:#555}"
    "td,th{padding:.3em .7em;border-bottom:1px solid #ddd;text-align:right;white-space:nowrap}"
    "td:first-child,th:first-child,td:last-child,th:last-child{text-align:left}"
    "td:last-child{white-space:normal}code{font-size:12px}svg{max-width:100%;height:auto}";

static void write_page(FILE *out, const struct curve *curve, const char *path)
{
    char sentence[512];

    fprintf(out, "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport "
                 "content='width=device-width'><title>");
    xml_text(out, curve->title ? curve->title : "a campaign");
    fprintf(out, "</title><style>%s</style><h1>", style);
    xml_text(out, curve->title ? curve->title : "a campaign");
    fprintf(out,
            "</h1>\n<p>Along %s; runs of at most %.0f simulated seconds; intervals of 95 %%; "
            "latencies after the warm-up.</p>\n",
            curve->x_name, curve->simulated_s);
    write_picture(out, curve, path);
    fprintf(out, "<ul>");
    for (uint32_t i = 0; i < curve->count; i++)
        for (uint32_t j = i + 1; j < curve->count; j++)
            if (curve->points[i].x == curve->points[j].x &&
                curve_compare(curve, &curve->points[i], &curve->points[j], sentence,
                              sizeof sentence)) {
                fprintf(out, "<li>");
                xml_text(out, sentence);
            }
    fprintf(out, "</ul>\n<table><tr><th>series<th>load<th>runs<th>P(stop)<th>P(process "
                 "crash)<th>delivered<th>p50 ms<th>p95 ms<th>p99 ms"
                 "<th>cpu %%<th>see one</tr>\n");
    for (uint32_t i = 0; i < curve->count; i++)
        write_row(out, curve, &curve->points[i]);
    fprintf(out, "</table></html>\n");
}

bool curve_page(const struct curve *curve, const char *path, char error[RESULTS_ERROR_CHARS])
{
    struct whole_file file;
    int code = whole_file_open(&file, path);

    if (code == 0) {
        write_page(file.out, curve, path);
        code = whole_file_close(&file);
    }
    return code == 0 || unwritten(path, code, error);
}
