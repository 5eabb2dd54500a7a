#!/bin/sh
# slurm.sh EXIFSIM JSON - a sweep by a Slurm of one node that this script starts: tasks requeued, killed and cancelled.
#
# Needs root, slurmctld, slurmd and munge. Everything lies in a folder of the test's own, ports are not Slurm's usual ones, and
# daemons that run already are left alone.
. "$(dirname "$0")/common.sh"
for tool in slurmctld slurmd munged sbatch; do
    PATH=$PATH:/usr/sbin:/sbin
    command -v $tool >/dev/null 2>&1 || { echo "skipped: $tool is not here"; exit 77; }
done
[ "$(id -u)" = 0 ] || { echo "skipped: Slurm's daemons need root"; exit 77; }
export PATH

# --- the cluster --------------------------------------------------------------------------------
host=$(hostname -s)
mkdir -p state spool munge
chmod 755 "$work"
head -c 1024 /dev/urandom >munge/key
chmod 400 munge/key
chmod 700 munge
munged --force --key-file="$work/munge/key" --socket="$work/munge.socket" --pid-file="$work/munge/pid" \
    --log-file="$work/munge/log" --seed-file="$work/munge/seed" 2>munge.err || { cat munge.err; echo "skipped: munged does not start"; exit 77; }
cat >slurm.conf <<END
ClusterName=one
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$work/munge.socket
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool
SlurmctldPidFile=$work/ctld.pid
SlurmdPidFile=$work/d.pid
SlurmctldLogFile=$work/ctld.log
SlurmdLogFile=$work/d.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
MailProg=/bin/true
SlurmctldPort=16817
SlurmdPort=16818
ReturnToService=2
KillWait=5
NodeName=$host NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN
PartitionName=p Nodes=$host Default=YES MaxTime=INFINITE State=UP
END
SLURM_CONF=$work/slurm.conf
export SLURM_CONF
stop() {
    scancel --user root 2>/dev/null
    for pid in d.pid ctld.pid munge/pid; do
        [ ! -f "$work/$pid" ] || kill "$(cat "$work/$pid")" 2>/dev/null
    done
    sleep 1
    rm -rf "$work"
}
trap stop EXIT
slurmctld -c
slurmd
idle() { sinfo -h -o %T | grep -q idle; }
until_true idle || { tail -5 ctld.log d.log; finish; }

# --- the sweep ----------------------------------------------------------------------------------
export EXIFSIM_SCRATCH=$work
sed -i 's/^duration = .*/duration = 15 min/' sweep.ini        # Long enough to be met at work.
"$exifsim" sweep -q sweep.ini -o long.db >/dev/null
rows long.db >whole.txt
"$exifsim" plan sweep.ini --engine slurm --shards 6 -q -o fleet
sh fleet/start.sh >started
array=$(sed -n 's/^array \([0-9]*\),.*/\1/p' started)
same "what start.sh says" "$(sed 's/[0-9][0-9]*/N/g' started)" "array N, then merge job N"

# A task at work is put back into the queue, with all its processes killed; Slurm starts it again later.
running() { squeue -h -t R -o %K -j "$array" | grep -qx "$1"; }
at_work() { ls fleet/parts/part-"$1".log && pgrep -f "sweep.ini .*--shard $1/6"; }
until_true at_work 1
scontrol requeue "${array}_1"
same "a task at work is requeued" $? 0
# Another one is killed with all its processes, by a signal that nothing can heed: Slurm starts it again, too.
until_true at_work 2
scancel --signal=KILL --full "${array}_2"
gone() { ! running 2; }
until_true gone
[ -f fleet/parts/part-2.db ]
same "what the killed task has put down" $? 1
# A third one is taken out for good: its shard is lost.
scancel "${array}_6"
done_all() { [ -z "$(squeue -h -o %i)" ]; }
until_true done_all
holds "the merge job tells the shard that was lost" fleet/merge.log "6/6        -                    missing"
# The lost shard again, as one would type it: an array of one, then the join.
(cd fleet && sbatch -W --array=6 shards.sbatch >/dev/null && sbatch -W merge.sbatch >/dev/null)
same "the lost shard, and the join" $? 0
is_the_sweep fleet/all.db
"$exifsim" merge --status fleet/parts/*.db >status
same "all shards" "$(tail -1 status)" "6 of 6 shards are complete"
finish
