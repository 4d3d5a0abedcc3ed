# What tells of the beats of every stream, where a simulation is there to be looked into (sim/cosim/rtl_build.h): bound to the
# machine, behind the sources of files.f. Synthesis reads none of it.
watch/ssm_watch_pkg.sv
watch/ssm_beat_watch.sv
