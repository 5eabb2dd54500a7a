/* step_back.c - a step back in the kernel debugger, anywhere in a long run: !tt there, then t-.
 *
 *     step_back SCENARIO HOURS STEPS
 *
 * Making the run is not measured.
 */
#include "bench.h"
#include "sim/ini.h"
#include "ui/kd/kd.h"

static struct scenario scenario;

int main(int count, char **words)
{
    const char *path = count > 1 ? words[1] : "scenarios/calm_day.ini";
    uint32_t hours = count > 2 ? (uint32_t)atoi(words[2]) : 1;
    uint32_t steps = count > 3 ? (uint32_t)atoi(words[3]) : 40;
    struct ini *ini = ini_read(path);
    FILE *nowhere = fopen("/dev/null", "w");
    char error[KD_ERROR_CHARS], line[64];
    struct kd *kd;
    double began;

    scenario_defaults(&scenario);
    if (!scenario_read(&scenario, ini, path) || nowhere == NULL)
        return 1;
    ini_free(ini);
    scenario.set.duration = SEC(3600) * hours;
    kd = kd_open(
        &(struct kd_options){ .scenario = &scenario, .seed = 1, .out = nowhere, .errors = stderr },
        error);
    if (kd == NULL) {
        fprintf(stderr, "%s\n", error);
        return 1;
    }
    began = bench_now();
    for (uint32_t i = 0; i < steps; i++) { /* Far apart, so that nothing is near. */
        snprintf(line, sizeof line, "!tt %u; t-", (i * 37 + 11) % 100);
        kd_line(kd, line);
    }
    printf("RESULT kd step-back %u %.1f %.1f\n", hours, (bench_now() - began) / steps,
           bench_resident());
    kd_close(kd);
    fclose(nowhere);
    return 0;
}
