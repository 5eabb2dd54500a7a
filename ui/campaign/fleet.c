/* fleet.c - see fleet.h.
 *
 * A text below is a whole file; @WORD@ stands for a value (fill). Results never lie on a shared
 * SQLite file: a task works on its machine's own disk, and what it has is put into the folder as a
 * file of its shard, complete under another name first. So a task may be killed and started again,
 * anywhere and even twice: it goes on from what was put down last, and doubled runs are joined.
 */
#include "ui/campaign/fleet.h"
#include "ui/host/whole_file.h"
#include "ui/host/files.h"
#include "ui/host/memory_file.h"
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* ---- What all engines share ------------------------------------------------------------------ */

static const char task_sh[] =
    "#!/bin/sh\n"
    "# task.sh I - shard I of @SHARDS@ of the sweep \"@NAME@\". Written by exifsim plan.\n"
    "#\n"
    "# The runs go to a database on this machine's own disk; every ten minutes, and at the end, a "
    "copy\n"
    "# takes its place as parts/part-I.db beside this file. A task that is killed and started "
    "again,\n"
    "# here or elsewhere, goes on from the last copy. Exit code 4: it was asked to end before its\n"
    "# last run; start it again.\n"
    "set -eu\n"
    "shard=$1\n"
    "here=${EXIFSIM_FOLDER:-$(cd \"$(dirname \"$0\")\" && pwd)}\n"
    "exifsim=${EXIFSIM:-@PROGRAM@}\n"
    "scenario=${EXIFSIM_SCENARIO:-@SCENARIO@}\n"
    "mkdir -p \"$here/parts\"\n"
    "part=$here/parts/part-$shard.db\n"
    "scratch=$(mktemp -d \"${EXIFSIM_SCRATCH:-${TMPDIR:-/tmp}}/exifsim-XXXXXX\")\n"
    "unfinished=$part.$(hostname).$$\n"
    "trap 'rm -rf \"$scratch\" \"$unfinished\"' EXIT\n"
    "sweep=\n"
    "asked=\n"
    "trap 'asked=yes; [ -z \"$sweep\" ] || kill -TERM \"$sweep\" 2>/dev/null || true' TERM INT "
    "HUP\n"
    "\n"
    "publish() {\n"
    "    \"$exifsim\" merge -q \"$scratch/runs.db\" -o \"$scratch/copy.db\" >\"$scratch/told\" || "
    "[ $? = 4 ]\n"
    "    cp \"$scratch/copy.db\" \"$unfinished\"\n"
    "    mv \"$unfinished\" \"$part\"\n"
    "}\n"
    "\n"
    "[ ! -f \"$part\" ] || cp \"$part\" \"$scratch/runs.db\"\n"
    "while :; do\n"
    "    code=0\n"
    "    \"$exifsim\" sweep \"$scenario\"@SETS@ --seed @SEED@ --runs @RUNS@ --shard "
    "\"$shard/@SHARDS@\" \\\n"
    "        --jobs \"${EXIFSIM_JOBS:-1}\" --budget-time 10min --resume -q -o \"$scratch/runs.db\" "
    "&\n"
    "    sweep=$!\n"
    "    wait \"$sweep\" || code=$?\n"
    "    while kill -0 \"$sweep\" 2>/dev/null; do      # A signal ended the wait and not the "
    "sweep.\n"
    "        code=0\n"
    "        wait \"$sweep\" || code=$?\n"
    "    done\n"
    "    sweep=\n"
    "    [ ! -f \"$scratch/runs.db\" ] || publish\n"
    "    case $code in\n"
    "    4) [ -z \"$asked\" ] || exit 4 ;;\n"
    "    0 | 1) exit 0 ;;                            # 1: runs violate a check; the database says "
    "which.\n"
    "    *) exit \"$code\" ;;\n"
    "    esac\n"
    "done\n";

static const char merge_sh[] =
    "#!/bin/sh\n"
    "# merge.sh - joins the shards of the sweep \"@NAME@\" into all.db. Written by exifsim plan.\n"
    "#\n"
    "# Exit code 4: shards are missing or incomplete, and it is told which; what is there was "
    "joined.\n"
    "set -eu\n"
    "here=${EXIFSIM_FOLDER:-$(cd \"$(dirname \"$0\")\" && pwd)}\n"
    "exifsim=${EXIFSIM:-@PROGRAM@}\n"
    "scratch=$(mktemp -d \"${EXIFSIM_SCRATCH:-${TMPDIR:-/tmp}}/exifsim-XXXXXX\")\n"
    "unfinished=$here/all.db.$(hostname).$$\n"
    "trap 'rm -rf \"$scratch\" \"$unfinished\"' EXIT\n"
    "cp \"$here\"/parts/part-*.db \"$scratch\"\n"
    "cd \"$scratch\"\n"
    "code=0\n"
    "\"$exifsim\" merge --status part-*.db || code=$?\n"
    "[ $code = 0 ] || [ $code = 4 ] || exit $code\n"
    "\"$exifsim\" merge part-*.db -o joined || code=$?\n"
    "[ $code = 0 ] || [ $code = 4 ] || exit $code\n"
    "cp joined \"$unfinished\"\n"
    "mv \"$unfinished\" \"$here/all.db\"\n"
    "echo \"$here/all.db\"\n"
    "exit $code\n";

/* ---- Slurm ----------------------------------------------------------------------------------- */

static const char slurm_array[] =
    "#!/bin/sh\n"
    "# shards.sbatch - the sweep \"@NAME@\" as a Slurm array of @SHARDS@ tasks. Written by exifsim "
    "plan.\n"
    "#\n"
    "# A task is asked to end two minutes before its time is over, puts down what it has and goes "
    "into\n"
    "# the queue again, as after a node that failed.\n"
    "#SBATCH --job-name=exifsim\n"
    "#SBATCH --array=1-@SHARDS@\n"
    "#SBATCH --ntasks=1\n"
    "#SBATCH --cpus-per-task=1\n"
    "#SBATCH --time=@MINUTES@\n"
    "#SBATCH --requeue\n"
    "#SBATCH --open-mode=append\n"
    "#SBATCH --signal=B:TERM@120\n"
    "#SBATCH --output=parts/part-%a.log\n"
    "EXIFSIM_FOLDER=$SLURM_SUBMIT_DIR\n"
    "EXIFSIM_JOBS=${SLURM_CPUS_PER_TASK:-1}\n"
    "export EXIFSIM_FOLDER EXIFSIM_JOBS\n"
    "sh \"$EXIFSIM_FOLDER/task.sh\" \"$SLURM_ARRAY_TASK_ID\" &\n"
    "task=$!\n"
    "trap 'kill -TERM $task' TERM\n"
    "code=0\n"
    "wait $task || code=$?\n"
    "while kill -0 $task 2>/dev/null; do\n"
    "    code=0\n"
    "    wait $task || code=$?\n"
    "done\n"
    "if [ $code = 4 ] && [ \"${SLURM_RESTART_COUNT:-0}\" -lt 20 ]; then\n"
    "    scontrol requeue \"${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID\"\n"
    "fi\n"
    "exit $code\n";

static const char slurm_merge[] = "#!/bin/sh\n"
                                  "# merge.sbatch - joins the shards when the array has ended, "
                                  "however it ended. Written by exifsim plan.\n"
                                  "#SBATCH --job-name=exifsim-merge\n"
                                  "#SBATCH --ntasks=1\n"
                                  "#SBATCH --time=60\n"
                                  "#SBATCH --output=merge.log\n"
                                  "EXIFSIM_FOLDER=$SLURM_SUBMIT_DIR\n"
                                  "export EXIFSIM_FOLDER\n"
                                  "exec sh \"$EXIFSIM_FOLDER/merge.sh\"\n";

static const char slurm_start[] =
    "#!/bin/sh\n"
    "# start.sh - hands the sweep \"@NAME@\" to Slurm: the array, and a job that waits for it. "
    "Written by exifsim plan.\n"
    "set -eu\n"
    "cd \"$(dirname \"$0\")\"\n"
    "mkdir -p parts\n"
    "array=$(sbatch --parsable shards.sbatch)\n"
    "array=${array%%;*}\n"
    "merge=$(sbatch --parsable --dependency=\"afterany:$array\" merge.sbatch)\n"
    "echo \"array $array, then merge job ${merge%%;*}\"\n";

/* ---- GNU parallel ---------------------------------------------------------------------------- */

static const char parallel_start[] =
    "#!/bin/sh\n"
    "# start.sh [OPTIONS OF parallel] - runs the sweep \"@NAME@\" by GNU parallel, then joins it. "
    "Written by exifsim plan.\n"
    "#\n"
    "# On several machines that share this folder: start.sh --sshloginfile hosts. Started again "
    "it\n"
    "# makes only the shards that have not succeeded.\n"
    "set -eu\n"
    "cd \"$(dirname \"$0\")\"\n"
    "here=$(pwd)\n"
    "mkdir -p parts\n"
    "seq @SHARDS@ | parallel --will-cite --joblog parts/joblog --resume-failed --retries 3 \"$@\" "
    "sh \"$here/task.sh\" '{}' ||\n"
    "    echo \"start.sh: some shards failed; they are told below\" >&2\n"
    "exec sh merge.sh\n";

/* ---- Kubernetes ------------------------------------------------------------------------------ */

static const char kubernetes_jobs[] =
    "# jobs.yaml - the sweep \"@NAME@\" as an Indexed Job of @SHARDS@ pods, and a Job that waits "
    "and joins. Written by exifsim plan.\n"
    "#\n"
    "# Needed beforehand: an image with exifsim (here exifsim:@VERSION@), and a claim "
    "exifsim-sweep,\n"
    "# ReadWriteMany, that holds this folder's files and the scenario as sweep.ini at its root.\n"
    "apiVersion: batch/v1\n"
    "kind: Job\n"
    "metadata:\n"
    "  name: exifsim-sweep\n"
    "spec:\n"
    "  completionMode: Indexed\n"
    "  completions: @SHARDS@\n"
    "  parallelism: @PARALLEL@\n"
    "  backoffLimit: @BACKOFF@\n"
    "  template:\n"
    "    spec:\n"
    "      restartPolicy: OnFailure\n"
    "      terminationGracePeriodSeconds: 120\n"
    "      containers:\n"
    "        - name: shard\n"
    "          image: exifsim:@VERSION@\n"
    "          command: [sh, -c, 'exec sh /sweep/task.sh $((JOB_COMPLETION_INDEX + 1))']\n"
    "          env:\n"
    "            - {name: EXIFSIM, value: exifsim}\n"
    "            - {name: EXIFSIM_SCENARIO, value: /sweep/sweep.ini}\n"
    "            - {name: EXIFSIM_SCRATCH, value: /scratch}\n"
    "          resources:\n"
    "            requests: {cpu: '1', memory: 1Gi}\n"
    "          volumeMounts:\n"
    "            - {name: sweep, mountPath: /sweep}\n"
    "            - {name: scratch, mountPath: /scratch}\n"
    "      volumes:\n"
    "        - name: sweep\n"
    "          persistentVolumeClaim: {claimName: exifsim-sweep}\n"
    "        - name: scratch\n"
    "          emptyDir: {}\n"
    "---\n"
    "apiVersion: batch/v1\n"
    "kind: Job\n"
    "metadata:\n"
    "  name: exifsim-merge\n"
    "spec:\n"
    "  backoffLimit: 3\n"
    "  template:\n"
    "    spec:\n"
    "      restartPolicy: OnFailure\n"
    "      containers:\n"
    "        - name: merge\n"
    "          image: exifsim:@VERSION@\n"
    "          command:\n"
    "            - sh\n"
    "            - -c\n"
    "            - >-\n"
    "              until cp /sweep/parts/part-*.db /scratch && exifsim merge --status "
    "/scratch/part-*.db;\n"
    "              do sleep 60; done;\n"
    "              exec sh /sweep/merge.sh\n"
    "          env:\n"
    "            - {name: EXIFSIM, value: exifsim}\n"
    "            - {name: EXIFSIM_SCRATCH, value: /scratch}\n"
    "          volumeMounts:\n"
    "            - {name: sweep, mountPath: /sweep}\n"
    "            - {name: scratch, mountPath: /scratch}\n"
    "      volumes:\n"
    "        - name: sweep\n"
    "          persistentVolumeClaim: {claimName: exifsim-sweep}\n"
    "        - name: scratch\n"
    "          emptyDir: {}\n";

static const char kubernetes_start[] = "#!/bin/sh\n"
                                       "# start.sh - hands the sweep \"@NAME@\" to Kubernetes "
                                       "(jobs.yaml says what it needs). Written by exifsim plan.\n"
                                       "set -eu\n"
                                       "cd \"$(dirname \"$0\")\"\n"
                                       "exec kubectl apply -f jobs.yaml\n";

/* ---- HTCondor -------------------------------------------------------------------------------- */

static const char condor_shards[] =
    "# shards.sub - the sweep \"@NAME@\" as @SHARDS@ HTCondor jobs. Written by exifsim plan.\n"
    "#\n"
    "# The pool shares this folder; without a shared file system name the files for transfer "
    "here.\n"
    "executable = task.sh\n"
    "shard = $(Process) + 1\n"
    "arguments = $INT(shard)\n"
    "environment = \"EXIFSIM_FOLDER=$(folder)\"\n"
    "request_cpus = 1\n"
    "request_memory = 1GB\n"
    "# Asked to end, or killed: into the queue again, at most twenty times.\n"
    "kill_sig = SIGTERM\n"
    "on_exit_remove = (ExitBySignal == False) && (ExitCode != 4 || NumJobStarts > 20)\n"
    "log = parts/shards.log\n"
    "output = parts/part-$INT(shard).out\n"
    "error = parts/part-$INT(shard).err\n"
    "queue @SHARDS@\n";

static const char condor_merge[] = "# merge.sub - joins the shards. Written by exifsim plan.\n"
                                   "executable = merge.sh\n"
                                   "environment = \"EXIFSIM_FOLDER=$(folder)\"\n"
                                   "request_cpus = 1\n"
                                   "log = parts/shards.log\n"
                                   "output = merge.log\n"
                                   "error = merge.log\n"
                                   "queue\n";

static const char condor_start[] = "#!/bin/sh\n"
                                   "# start.sh - hands the sweep \"@NAME@\" to HTCondor: the "
                                   "shards, then the merge job. Written by exifsim plan.\n"
                                   "set -eu\n"
                                   "cd \"$(dirname \"$0\")\"\n"
                                   "mkdir -p parts\n"
                                   "printf 'JOB shards shards.sub\\nFINAL merge merge.sub\\nVARS "
                                   "ALL_NODES folder=\"%s\"\\n' \"$(pwd)\" >sweep.dag\n"
                                   "exec condor_submit_dag sweep.dag\n";

/* The files of an engine, beside task.sh and merge.sh; start.sh last. */
static const struct {
    const char *name, *text;
} files[FLEET_ENGINES][3] = {
    [FLEET_SLURM] = { { "shards.sbatch", slurm_array },
                      { "merge.sbatch", slurm_merge },
                      { "start.sh", slurm_start } },
    [FLEET_PARALLEL] = { { "start.sh", parallel_start } },
    [FLEET_KUBERNETES] = { { "jobs.yaml", kubernetes_jobs }, { "start.sh", kubernetes_start } },
    [FLEET_HTCONDOR] = { { "shards.sub", condor_shards },
                         { "merge.sub", condor_merge },
                         { "start.sh", condor_start } },
};

/* ---- Writing --------------------------------------------------------------------------------- */

static void put_value(FILE *out, const struct fleet *fleet, const char *word, size_t length)
{
    enum { SEC_US = 1000000, SLACK_MINUTES = 10, PODS_MAX = 50, RETRIES = 6 };
    uint64_t minutes = fleet->task_us * 2 / (60 * (uint64_t)SEC_US) + SLACK_MINUTES;

#define IS(name) (length == sizeof(name) - 1 && strncmp(word, name, length) == 0)
    if (IS("SHARDS"))
        fprintf(out, "%u", fleet->shards);
    else if (IS("NAME"))
        fputs(fleet->plan->name, out);
    else if (IS("PROGRAM"))
        fputs(fleet->program, out);
    else if (IS("SCENARIO"))
        fputs(fleet->scenario, out);
    else if (IS("SETS"))
        fputs(fleet->sets, out);
    else if (IS("SEED"))
        fprintf(out, "%" PRIu64, fleet->plan->base_seed);
    else if (IS("RUNS"))
        fprintf(out, "%u", fleet->plan->replicas);
    else if (IS("MINUTES"))
        fprintf(out, "%" PRIu64, minutes);
    else if (IS("PARALLEL"))
        fprintf(out, "%u", MIN_OF(fleet->shards, (uint32_t)PODS_MAX));
    else if (IS("BACKOFF"))
        fprintf(out, "%u", fleet->shards * RETRIES);
    else if (IS("VERSION"))
        fputs(EXIFSIM_VERSION, out);
    else
        CHECK(false);
#undef IS
}

/* Writes a text with its values. A lone @ stays. */
static void fill(FILE *out, const struct fleet *fleet, const char *text)
{
    while (*text != 0) {
        size_t plain = strcspn(text, "@"), length;

        fwrite(text, 1, plain, out);
        text += plain;
        if (*text == 0)
            break;
        length = strspn(text + 1, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
        if (length > 0 && text[length + 1] == '@') {
            put_value(out, fleet, text + 1, length);
            text += length + 2;
        } else {
            putc(*text++, out);
        }
    }
}

static int write_one(const struct fleet *fleet, const char *path, const char *text)
{
    char *filled = NULL;
    size_t length = 0;
    FILE *out = memory_file_open(&filled, &length);
    int error;

    CHECK(out != NULL);
    fill(out, fleet, text);
    memory_file_close(out);
    error = whole_file_write(path, filled, length);
    free(filled);
    if (error == 0 && strstr(path, ".sh") != NULL && !file_make_executable(path))
        error = errno;
    return error;
}

int fleet_write(const struct fleet *fleet, const char *folder,
                char paths[FLEET_FILES][FLEET_PATH_CHARS], uint32_t *count, const char **wrong)
{
    const char *names[FLEET_FILES] = { "task.sh", "merge.sh" };
    const char *texts[FLEET_FILES] = { task_sh, merge_sh };
    int error = 0;

    *count = 2;
    for (int i = 0; i < 3 && files[fleet->engine][i].name != NULL; i++) {
        names[*count] = files[fleet->engine][i].name;
        texts[(*count)++] = files[fleet->engine][i].text;
    }
    *wrong = folder;
    if (!folder_make(folder))
        return errno;
    for (uint32_t i = 0; i < *count && error == 0; i++) {
        if (snprintf(paths[i], FLEET_PATH_CHARS, "%s/%s", folder, names[i]) >= FLEET_PATH_CHARS)
            return ENAMETOOLONG;
        *wrong = paths[i];
        error = write_one(fleet, paths[i], texts[i]);
    }
    return error;
}
