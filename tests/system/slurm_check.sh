#!/bin/bash
# slurm_check.sh PROGRAM DATA: `sweep run` and `regress run --on slurm` on a real Slurm of one node. slurmctld and slurmd run on the loopback
# interface, without authentication; their configuration, state and logs are in a folder that goes with the test, and the
# daemons end with it in any way. Status 77, with the reason: they cannot run here.
set -u
program=$1 data=$2
export PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C
unset "${!SLURM_@}" "${!SBATCH_@}" "${!SQUEUE_@}" 2>/dev/null
place=$(mktemp -d)
daemons=()

end_all() {
  if [ ${#daemons[@]} -gt 0 ]; then
    timeout 10 scancel --me 2>/dev/null
    for ((i = 0; i < 50; i++)); do [ -z "$(timeout 5 squeue --noheader 2>/dev/null)" ] && break; sleep 0.2; done
    kill "${daemons[@]}" 2>/dev/null
    wait
  fi
  rm -rf "$place"
}
trap end_all EXIT
trap 'exit 143' INT TERM HUP

skip() { echo "skipped: $1"; exit 77; }
fail() { echo "FAILED: $1"; tail -n 20 "$place"/*.log "$place"/*.txt; exit 1; }
expect() { grep -qF -- "$1" "$2" || fail "'$1' is not in $2"; }

for tool in slurmctld slurmd sbatch squeue scancel scontrol setpriv; do
  command -v $tool >/dev/null || skip "no $tool (Debian's packages slurmctld, slurmd, slurm-client)"
done
[ "$(id -u)" -eq 0 ] || skip "slurmd wants root"

cd "$place" || exit 1
mkdir state spool
write_configuration() {  # PORT
  cat >slurm.conf <<END
ClusterName=check
SlurmctldHost=$(hostname -s)(127.0.0.1)
SlurmctldPort=$1
SlurmdPort=$(($1 + 1))
SlurmUser=root
SlurmdUser=root
AuthType=auth/none
CredType=cred/none
MpiDefault=none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerParameters=sched_interval=1,batch_sched_delay=0
SlurmdParameters=config_overrides
ReturnToService=2
KillWait=1
MaxArraySize=4
SlurmctldPidFile=$place/slurmctld.pid
SlurmdPidFile=$place/slurmd.pid
SlurmctldLogFile=$place/slurmctld.log
SlurmdLogFile=$place/slurmd.log
StateSaveLocation=$place/state
SlurmdSpoolDir=$place/spool
NodeName=$(hostname -s) NodeAddr=127.0.0.1 CPUs=2 RealMemory=1000000 State=UNKNOWN
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
END
}
export SLURM_CONF=$place/slurm.conf

start_daemons() {
  write_configuration $((20000 + RANDOM % 20000))
  for daemon in slurmctld slurmd; do
    setpriv --pdeathsig KILL $daemon -D >$daemon.txt 2>&1 &  # also when this script is killed
    daemons+=($!)
  done
  for ((i = 0; i < 100; i++)); do
    timeout 5 sinfo --noheader --format=%t 2>/dev/null | grep -q idle && return 0
    kill -0 "${daemons[@]}" 2>/dev/null || break
    sleep 0.2
  done
  kill "${daemons[@]}" 2>/dev/null
  wait
  daemons=()
  return 1
}
start_daemons || start_daemons || start_daemons ||  # a port may be taken
  skip "Slurm does not start: $(cat slurm*.txt slurm*.log 2>/dev/null | grep -i -m 1 -e fatal -e error)"

export SCANSIM_DATA=$data
cat >s.yaml <<'END'
sweep: 1
base: edge
workloads: [{channels: 1536, states: 16, length: 512}, {network: byte-mamba, phase: decode, layers: scans}]
space:
  num_lanes: [2, 4, 8]
  memory: [ideal, dram-hbm2]
  clock_mhz: [500, 1000]
END
sed -e 's/poll_s: 5/poll_s: 1/' -e 's/running: 50/running: 1/' -e 's/exec /echo begun; sleep 2; exec /' \
  "$data/models/queues/slurm.yaml" >slow.yaml
odd="it's a \"50\" \$HOME & * sweep"
mkdir "$odd"
"$program" sweep run s.yaml --out local >local.txt || fail "the local run ended with $?"
"$program" sweep front local --csv local.csv >front.txt || fail "no front of the local run"
listed() { timeout 5 squeue --noheader "$@" 2>/dev/null; }
until_task_begins() {  # FOLDER: a task that is killed between its start and its script leaves an empty log
  until grep -q -s begun "$1"/tasks/*.log && listed --states=running | grep -q .; do
    sleep 0.1
    kill -0 $run || fail "no task runs"
  done
}
same_front() {  # FOLDER
  "$program" sweep front "$1" --csv "$1.csv" >front.txt || fail "no front of $1"
  cmp local.csv "$1.csv" || fail "another front than that of the local run: $1"
}

echo "== an array as it is shipped, as large as MaxArraySize lets it be"
"$program" sweep run s.yaml --out "$odd/one" --on slurm >one.txt 2>one.err.txt || fail "status $?"
expect "of 4 tasks submitted to slurm" one.err.txt
cmp local.txt one.txt || fail "another report than that of the local run"
same_front "$odd/one"
[ "$(grep -l 'rows run' "$odd"/one/tasks/*.log | wc -l)" = 4 ] || fail "no log a task"

echo "== a task that is killed"
"$program" sweep run s.yaml --out "$odd/two" --on slow.yaml >two.txt 2>&1 &
run=$!
until_task_begins "$odd/two"
scancel --state=RUNNING --me
wait $run
[ $? = 3 ] || fail "status of a run that lost a task"
expect "1 task of array " two.txt
expect "CANCELLED" two.txt
expect "PARTIAL" two.txt
"$program" sweep run s.yaml --out "$odd/two" --on slurm >two.txt 2>&1 || fail "status $? of the run that goes on"
same_front "$odd/two"

echo "== Ctrl-C"
"$program" sweep run s.yaml --out "$odd/three" --on slow.yaml >three.txt 2>&1 &
run=$!
until_task_begins "$odd/three"
kill -INT $run
wait $run
[ $? = 130 ] || fail "status of an interrupted run"
expect "is cancelled; the rows that are there are kept" three.txt
for ((i = 0; i < 50; i++)); do [ -z "$(listed)" ] && break; sleep 0.2; done
[ -z "$(listed)" ] || fail "tasks are left"

echo "== a run that does not wait, and one that waits for it"
"$program" sweep run s.yaml --out "$odd/three" --on slow.yaml --detach >three.txt 2>&1 || fail "status $? of --detach"
"$program" sweep run s.yaml --out "$odd/three" --on slow.yaml >three.txt 2>&1 || fail "status $? of the run that waits"
expect "is at work; waiting for it" three.txt
same_front "$odd/three"

echo "== a regression, as a local run ends"
cat >r.yaml <<'END'
regress: 1
name: slurm
design_points: [tiny]
memories: [random, ideal]
testpoints: [{name: scans, desc: short scans, stage: V1, tests: [scan]}]
tests:
  - {name: scan, kind: compare, rungs: [hls, systemc], seeds: 24, stimulus: {operator: selective_scan, channels: 1..4, states: 4, length: 1..40}}
END
"$program" regress run r.yaml --out rlocal >rlocal.txt || fail "the local regression ended with $?"
"$program" regress run r.yaml --out "$odd/r" --on slow.yaml >rqueue.txt 2>&1 || fail "status $? of the regression on Slurm"
for one in rlocal "$odd/r"; do "$program" regress report "$one" --csv "$one.csv" >rreport.txt || fail "no report of $one"; done
cmp rlocal.csv "$odd/r.csv" || fail "another outcome than that of the local regression"
[ "$(grep -l 'jobs run' "$odd"/r/tasks/*.log | wc -l)" = 4 ] || fail "no log a task of the regression"

echo "== a submission that Slurm refuses"
sed 's/--nodes=1/--partition=nowhere/' slow.yaml >large.yaml
"$program" sweep run s.yaml --out four --on large.yaml >four.txt 2>&1
[ $? = 3 ] || fail "status of a run that cannot submit"
expect "large.yaml: submit failed with status 1: sbatch: error: " four.txt
echo "all agree"
