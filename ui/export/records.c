/* records.c - writes each record as a line: CSV with a header, or JSON Lines.
 *
 * Both have the same columns: number, time_ns, cpu, thread, thread_name, process, kind, a, b, c, d,
 * text. Numbers are decimal, a to d are hexadecimal of eight digits; thread 0 is an idle processor.
 * A DPC or an interrupt runs on the stack of the thread it interrupts, so `thread` is then not the
 * one that acts.
 */
#include "ui/export/inside.h"
#include "ui/report/csv.h"
#include <inttypes.h>
#include <string.h>

enum { TEXT_CHARS = 256 };

/* ---- CSV, RFC 4180 --------------------------------------------------------------------------- */

static void csv_head(void *ctx, const struct run_words *words)
{
    (void)words;
    fputs("number,time_ns,cpu,thread,thread_name,process,kind,a,b,c,d,text\r\n", ctx);
}

static void csv_record(void *ctx, uint64_t number, const struct record *r,
                       const struct known_thread *thread)
{
    char text[TEXT_CHARS];

    fprintf(ctx, "%" PRIu64 ",%" PRIu64 ",%u,%u,", number, r->at, r->cpu, r->thread);
    csv_field(ctx, thread != NULL ? thread->name : "");
    fputc(',', ctx);
    csv_field(ctx, thread != NULL ? thread->process : "");
    fprintf(ctx, ",%s,%08x,%08x,%08x,%08x,", export_kind_name(r), r->a, r->b, r->c, r->d);
    export_record_text(r, text, sizeof text);
    csv_field(ctx, text);
    fputs("\r\n", ctx);
}

static void nothing(void *ctx) { (void)ctx; }

struct writer csv_writer(FILE *out)
{
    return (struct writer){ .ctx = out, .head = csv_head, .record = csv_record, .free = nothing };
}

/* ---- JSON ------------------------------------------------------------------------------------ */

/* Length of the UTF-8 sequence that begins here; 0: none. */
static size_t utf8_length(const unsigned char *at)
{
    size_t length = at[0] < 0x80   ? 1
                    : at[0] < 0xc2 ? 0
                    : at[0] < 0xe0 ? 2
                    : at[0] < 0xf0 ? 3
                    : at[0] < 0xf5 ? 4
                                   : 0;

    for (size_t i = 1; i < length; i++)
        if ((at[i] & 0xc0) != 0x80)
            return 0;
    if ((at[0] == 0xe0 && at[1] < 0xa0) || (at[0] == 0xed && at[1] > 0x9f) || /* Surrogates. */
        (at[0] == 0xf0 && at[1] < 0x90) || (at[0] == 0xf4 && at[1] > 0x8f))
        return 0;
    return length;
}

void json_text(FILE *out, const char *text)
{
    const unsigned char *at = (const unsigned char *)text;

    fputc('"', out);
    while (*at != 0) {
        size_t length = utf8_length(at);

        if (length == 0)
            fputs("\\ufffd", out);
        else if (*at < 0x20 || *at == 0x7f)
            fprintf(out, "\\u%04x", *at);
        else {
            if (*at == '"' || *at == '\\')
                fputc('\\', out);
            fwrite(at, 1, length, out);
        }
        at += length == 0 ? 1 : length;
    }
    fputc('"', out);
}

static void json_head(void *ctx, const struct run_words *words)
{
    fputs("{\"run\":{\"tool\":\"exifsim\",\"scenario\":", ctx);
    json_text(ctx, words->scenario->path);
    fputs(",\"title\":", ctx);
    json_text(ctx, words->scenario->title);
    fprintf(ctx, ",\"seed\":%" PRIu64 ",\"command\":", words->seed);
    json_text(ctx, words->repro != NULL ? words->repro : "");
    fputs("}}\n", ctx);
}

static void json_record(void *ctx, uint64_t number, const struct record *r,
                        const struct known_thread *thread)
{
    char text[TEXT_CHARS];

    fprintf(ctx,
            "{\"number\":%" PRIu64 ",\"time_ns\":%" PRIu64 ",\"cpu\":%u,\"thread\":%u,"
            "\"thread_name\":",
            number, r->at, r->cpu, r->thread);
    json_text(ctx, thread != NULL ? thread->name : "");
    fputs(",\"process\":", ctx);
    json_text(ctx, thread != NULL ? thread->process : "");
    fprintf(ctx, ",\"kind\":\"%s\",\"a\":\"%08x\",\"b\":\"%08x\",\"c\":\"%08x\",\"d\":\"%08x\"",
            export_kind_name(r), r->a, r->b, r->c, r->d);
    fputs(",\"text\":", ctx);
    export_record_text(r, text, sizeof text);
    json_text(ctx, text);
    fputs("}\n", ctx);
}

static void json_tail(void *ctx, const struct run_words *words)
{
    fprintf(ctx,
            "{\"end\":{\"outcome\":\"%s\",\"records\":%" PRIu64 ",\"simulated_ns\":%" PRIu64
            ",\"fingerprint\":\"%016" PRIx64 "\"}}\n",
            world_outcome(words->result), words->result->records, words->result->simulated,
            words->result->fingerprint);
}

struct writer json_writer(FILE *out)
{
    return (struct writer){
        .ctx = out, .head = json_head, .record = json_record, .tail = json_tail, .free = nothing
    };
}
