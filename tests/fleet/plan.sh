#!/bin/sh
# plan.sh EXIFSIM JSON - job files for four engines, and their task killed, asked to end, and started twice.
. "$(dirname "$0")/common.sh"

for engine in slurm parallel kubernetes htcondor; do
    code 0 "60 runs in 6 shards" "$exifsim" plan sweep.ini --engine $engine --shards 6 -o $engine
    for script in $engine/*.sh $engine/*.sbatch; do
        [ ! -f "$script" ] || sh -n "$script"
        same "$script is a script" $? 0
    done
    same "values that were not filled in: $engine" "$(grep -hE '@[A-Z]+@' $engine/*)" ""
    same "who start.sh calls: $engine" "$(grep -cE 'sbatch --parsable shards|\| parallel|kubectl apply|condor_submit_dag' $engine/start.sh)" 1
done
holds "an array of Slurm" slurm/shards.sbatch "#SBATCH --array=1-6"
holds "the merge job waits" slurm/start.sh '--dependency="afterany:$array"'
holds "an indexed job" kubernetes/jobs.yaml "completions: 6"
holds "six jobs" htcondor/shards.sub "queue 6"
if python3 -c 'import yaml' 2>/dev/null; then
    python3 -c 'import sys, yaml; print(*[one["kind"] for one in yaml.safe_load_all(open(sys.argv[1]))])' kubernetes/jobs.yaml >kinds
    same "kubernetes/jobs.yaml is YAML" "$(cat kinds)" "Job Job"
fi

# Shards by time; --set, seed and runs go with the task.
code 0 "120 runs in 40 shards, about 30.0 s each" "$exifsim" plan sweep.ini --engine slurm --task-time 30s --run-time 10s -n 40 \
    --seed 9 --set "scenario.title=it's mine" -o timed
holds "the options of the sweep" timed/task.sh "--set 'scenario.title=it'\''s mine' --seed 9 --runs 40 --shard \"\$shard/40\""
"$exifsim" plan sweep.ini --engine slurm --shards 2 --trust -q -o trusted
holds "a trusted sweep" trusted/task.sh "--trust --seed"
code 0 "" "$exifsim" plan sweep.ini --engine parallel --shards 2 -q -o quiet
same "a quiet plan" "$(cat out)" ""
"$exifsim" plan sweep.ini --engine htcondor --shards 3 -o document --format json >told
same "the document" "$("$json" shards <told) $("$json" engine <told) $("$json" files.4 <told)" "3 htcondor document/start.sh"

# A task that is killed loses what it had not put down, and no more; one that is asked to end puts all down.
export EXIFSIM_SCRATCH=$work
"$exifsim" plan sweep.ini --engine parallel --shards 2 -q -o fleet
sh fleet/task.sh 1 >task.log 2>&1 &
task=$!
until_true sh -c 'ls exifsim-*/runs.db'
kill -TERM $task
wait $task
same "a task that was asked to end" "$?" 4
[ -f fleet/parts/part-1.db ]
same "it puts down what it has" $? 0
sh fleet/task.sh 1 >task.log 2>&1 &
task=$!
sleep 0.3
pkill -KILL -P $task exifsim 2>/dev/null # It may have been quick enough.
kill -KILL $task 2>/dev/null
wait $task 2>/dev/null
rm -rf exifsim-*
code 4 "2/2        -                    missing" "$exifsim" merge --status fleet/parts/part-1.db
code 4 "2/2" sh fleet/merge.sh
# Twice at once, as after a lost node that comes back; then the rest.
sh fleet/task.sh 1 >one.log 2>&1 &
one=$!
code 0 "" sh fleet/task.sh 1
wait $one
same "the other task of the same shard" $? 0
code 0 "" sh fleet/task.sh 2
code 0 "60 of 60 runs from 2 databases; 0 rows were there twice" sh fleet/merge.sh
is_the_sweep fleet/all.db
same "half files" "$(find fleet exifsim-* 2>/dev/null | grep -c "$(hostname)\|runs.db")" 0

# GNU parallel itself.
if command -v parallel >/dev/null 2>&1; then
    (sh parallel/start.sh >parallel.log 2>&1)
    same "parallel/start.sh" "$? $(cat parallel.log | grep -c '6 of 6 shards are complete')" "0 1"
    is_the_sweep parallel/all.db
    # One shard is lost: start.sh makes it again, and nothing else.
    rm parallel/parts/part-4.db parallel/all.db
    sed -i 's/^\(4\t.*\t\)0\(\t0\tsh.*\)$/\11\2/' parallel/parts/joblog
    (sh parallel/start.sh >parallel.log 2>&1)
    is_the_sweep parallel/all.db
else
    echo "skipped: GNU parallel is not here"
fi

# Wrong input.
code 2 "plan needs --engine slurm, parallel, kubernetes or htcondor" "$exifsim" plan sweep.ini --shards 2 -o none
code 2 '--engine "lsf" (expected slurm, parallel, kubernetes or htcondor)' "$exifsim" plan sweep.ini --engine lsf --shards 2 -o none
code 2 "none of --shards and --task-time" "$exifsim" plan sweep.ini --engine slurm -o none
code 2 "61 shards for 60 runs (expected at most 60)" "$exifsim" plan sweep.ini --engine slurm --shards 61 -o none
code 2 "cannot write fleet: Is a directory" "$exifsim" plan sweep.ini --engine slurm --shards 2 -o fleet
code 2 "nothing/deep: No such file or directory" "$exifsim" plan sweep.ini --engine slurm --shards 2 -o nothing/deep
printf '[scenario]\ntitle = x\nduration = 5\n' >wrong.ini
code 2 "wrong.ini:3:" "$exifsim" plan wrong.ini --engine slurm --shards 2 -o none
same "folders of refused plans" "$(ls -d none 2>/dev/null)" ""
finish
