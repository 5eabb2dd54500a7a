/* stop.c - .bugcheck and !analyze: what the stop of the run says, wherever the debugger stands. */
#include "ui/kd/inside.h"
#include <string.h>

/* NULL: the run has no stop; that was said. */
static const struct stop *the_stop(struct kd *kd, const struct kd_words *words)
{
    const struct stop *stop = kd->end != NULL ? &kd->end->result.stop : NULL;

    if (stop != NULL && stop->stopped)
        return stop;
    kd_complain(kd, "%s: this run has no stop (expected one of a run that stops)", words->words[0]);
    return NULL;
}

void kd_do_bugcheck(struct kd *kd, const struct kd_words *words)
{
    const struct stop *stop = the_stop(kd, words);

    if (stop != NULL)
        fprintf(kd->out, "Bugcheck code %08x\nArguments %08x %08x %08x %08x\n", stop->code,
                stop->args[0], stop->args[1], stop->args[2], stop->args[3]);
}

void kd_do_analyze(struct kd *kd, const struct kd_words *words)
{
    if (words->count != 2 || strcmp(words->words[1], "-v") != 0) {
        kd_complain(kd, "!analyze \"%s\" (expected -v)", words->rest);
        return;
    }
    if (the_stop(kd, words) == NULL)
        return;
    report_analysis(&(struct report){ .out = kd->out,
                                      .scenario = kd->options.scenario,
                                      .result = &kd->end->result,
                                      .seed = kd->options.seed });
}
