#!/bin/sh
# merge.sh EXIFSIM JSON - a sweep in shards, and its parts joined, as somebody types it.
. "$(dirname "$0")/common.sh"
cd "$work" || exit 1
printf '[scenario]\ntitle = cut\nduration = 2 s\nwarm_up = 0 s\nseed = 3\n[load smtp]\nrate = ${5, 10}/s\n[sweep]\nreplicas = 5\n' >sweep.ini
for i in 1 2 3; do
    code 0 "complete, 0 runs to go" "$exifsim" sweep sweep.ini --shard $i/3 -o part$i.db
done

# What is missing is told, and joined parts can be completed later.
code 4 "2/3        -                    missing" "$exifsim" merge --status part1.db part3.db
code 4 "1 of 3 shards are complete" "$exifsim" merge --status part1.db
code 4 "7 of 10 runs from 2 databases" "$exifsim" merge part1.db part3.db -o all.db
code 4 "3 runs are missing" "$exifsim" merge part1.db part3.db -o all.db
code 0 "10 of 10 runs from 1 databases; 0 rows were there twice" "$exifsim" merge part2.db -o all.db
code 0 "3 of 3 shards are complete" "$exifsim" merge --status part1.db part2.db part3.db
code 0 "" "$exifsim" merge -q part1.db part2.db part3.db -o quiet.db
same "a quiet merge" "$(cat out)" ""

# The whole sweep, row for row; only the time of the host differs.
code 0 "" "$exifsim" sweep -q sweep.ini -o whole.db
for one in all whole; do
    "$exifsim" export $one.db --csv -o $one.csv
    awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "host_us") hide = i } { $hide = ""; print }' $one.csv >$one.txt
done
cmp -s all.txt whole.txt
same "parts that are joined and the sweep" $? 0

# Wrong input: nothing is written, and what is there stays.
cp all.db before.db
code 2 "nothing.db: No such file" "$exifsim" merge part1.db nothing.db -o all.db
code 2 "sweep.ini: no database" "$exifsim" merge part1.db sweep.ini -o new.db
code 2 'would overwrite the input "part1.db"' "$exifsim" merge part1.db -o part1.db
code 2 "none of --out and --status" "$exifsim" merge part1.db
code 2 '--shard "4/3"' "$exifsim" sweep sweep.ini --shard 4/3 -o z.db
code 2 '--shard "0/3"' "$exifsim" sweep sweep.ini --shard 0/3 -o z.db
code 2 '--shard "two"' "$exifsim" sweep sweep.ini --shard two -o z.db
code 2 "a shard sees only its own runs" "$exifsim" sweep sweep.ini --shard 1/3 --until-ci 0.1 -o z.db
code 2 'its shard is "1/3"' "$exifsim" sweep sweep.ini --shard 2/3 -o part1.db --resume
code 2 "regular file" "$exifsim" merge part1.db -o /dev/null
cmp -s all.db before.db
same "the result before" $? 0
same "half files" "$(ls | grep -c tmp)" 0
same "results of refused merges" "$(ls new.db z.db 2>/dev/null)" ""
finish
