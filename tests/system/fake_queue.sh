#!/bin/bash
# A batch system in one file, for tests: what it is called as (sbatch, squeue, scancel, scontrol, bsub, bjobs, bkill) is
# what it does. Really runs the tasks of an array, at most as many at a time as it was told, and writes their logs.
# $FAKE_QUEUE: its folder, with a file <job>/<index> for each task that has not ended. $FAKE_MAX_ARRAY: MaxArraySize of
# Slurm. $FAKE_KILL: index of a task of a sweep that is killed when its worker has written a row.
set -u
shopt -s nullglob
state=${FAKE_QUEUE:?}
me=$(basename "$0")

fail() { echo "$me: error: $1" >&2; exit 1; }

unfinished() {  # of a job
  local tasks=("$state/$1"/tasks/*)
  echo ${#tasks[@]}
}

# run_array JOB FIRST LAST CAP SCRIPT LOG VARIABLE: in a session of its own; LOG has %A or %J and %a or %I.
run_array() {
  local job=$1 first=$2 last=$3 cap=$4 script=$5 log=$6 variable=$7 i running=0
  for ((i = first; i <= last; i++)); do
    if ((running >= cap)); then wait -n; ((running--)); fi
    run_task "$job" "$i" "$script" "${log//%[AJ]/$job}" "$variable" &
    ((running++))
  done
  wait
}

run_task() {
  local job=$1 i=$2 script=$3 log=${4//%[aI]/$2} variable=$5
  env "$variable=$i" /bin/sh "$script" >"$log" 2>&1 &
  local task=$!
  if [ "${FAKE_KILL:-}" = "$i" ]; then
    while read -r worker </proc/$task/task/$task/children; [ -d /proc/$task ] && ! grep -qs . shards/*-"${worker:-none}"-*; do
      sleep 0.01
    done
    kill -KILL $task
    echo "fake: task $i exceeded its memory" >>"$log"
  fi
  wait $task
  rm -f "$state/$job/tasks/$i"
}

# submit FIRST LAST CAP SCRIPT LOG VARIABLE -> $job
submit() {
  local i
  for ((job = 1; job < 1000; job++)); do mkdir "$state/$job" 2>/dev/null && break; done
  mkdir "$state/$job/tasks"
  for ((i = $1; i <= $2; i++)); do : >"$state/$job/tasks/$i"; done
  cp "$4" "$state/$job/script"
  export -f run_array run_task
  export state
  setsid bash -c 'run_array "$@"' array "$job" "$1" "$2" "$3" "$state/$job/script" "$5" "$6" </dev/null >/dev/null 2>&1 &
  echo $! >"$state/$job/pid"
}

cancel() {
  [ -f "$state/$1/pid" ] || fail "no such job: $1"
  kill -TERM -- -"$(cat "$state/$1/pid")" 2>/dev/null
  rm -f "$state/$1"/tasks/*
  echo "$1" >>"$state/cancelled"
}

range() { [[ $1 =~ ([0-9]+)-([0-9]+)\]?%([0-9]+)$ ]] || fail "no array: $1"; }

echo "$me $*" >>"$state/calls"
case $me in
  sbatch)
    log=slurm-%A_%a.out
    for word in "$@"; do
      case $word in
        --array=*) range "$word" ;;
        --output=*) log=${word#--output=} ;;
        --parsable) ;;
        *) script=$word ;;
      esac
    done
    ((BASH_REMATCH[2] < ${FAKE_MAX_ARRAY:-1001})) ||
      fail "Batch job submission failed: Invalid job array specification"
    submit "${BASH_REMATCH[@]:1}" "$script" "$log" SLURM_ARRAY_TASK_ID
    echo "$job"
    ;;
  bsub)
    while [ $# -gt 0 ]; do
      case $1 in
        -J) range "$2" ;;
        -o) log=$2 ;;
        *) fail "unknown option $1" ;;
      esac
      shift 2
    done
    cat >"$state/stdin"
    submit "${BASH_REMATCH[@]:1}" "$state/stdin" "$log" LSB_JOBINDEX
    echo "Job <$job> is submitted to default queue <normal>."
    ;;
  squeue | bjobs)
    found=0
    for job in "$state"/[0-9]*; do
      for ((i = $(unfinished "$(basename "$job")"); i > 0; i--)); do basename "$job"; found=1; done
    done
    [ $found = 1 ] || [ $me = squeue ] || { echo "No unfinished job found" >&2; exit 255; }
    ;;
  scancel | bkill) cancel "$1" ;;
  scontrol) printf 'MaxArraySize            = %s\nMaxJobCount             = 10000\n' "${FAKE_MAX_ARRAY:-1001}" ;;
  *) fail "unknown command" ;;
esac
