# Contracts between the modules, checked where a simulation is not built for speed (sim/cosim/rtl_kind.h): bound to the
# machine, behind the sources of files.f. Synthesis reads none of them.
check/ssm_check_pkg.sv
check/ssm_stream_fifo_check.sv
check/ssm_stream_credit_check.sv
check/ssm_tile_buffer_check.sv
check/ssm_segment_check.sv
