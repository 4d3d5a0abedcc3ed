# scansim_rtl_unit(<name> TOP <module> SOURCES <modules it needs> [PARAMETERS ...]): library <name>_rtl, class V<name>, for a
# module that several tests or several parameter sets Verilate; and the lists of sources that they share.
include(${PROJECT_SOURCE_DIR}/sim/cosim/verilate_module.cmake)

set(unit_packages top/ssm_map_pkg.sv top/ssm_pkg.sv nonlin/ssm_pwl_tables_pkg.sv gemm/ssm_gemm_pkg.sv)
set(unit_streams stream/ssm_stream_fifo.sv stream/ssm_stream_credit.sv)
set(finish_sources nonlin/ssm_round_shift.sv nonlin/ssm_sigmoid_pwl.sv gemm/ssm_gemm_finish.sv)
set(lane_sources scan/ssm_readout_tree.sv gemm/ssm_gemm_lane.sv)
set(conv_lane_sources units/ssm_unit_pkg.sv ${finish_sources} units/ssm_conv1d_lane.sv)
set(norm_leaf_sources units/ssm_unit_pkg.sv nonlin/ssm_round_shift.sv units/ssm_rms_norm_scale.sv
                      units/ssm_rms_norm_lane.sv)
set(hadamard_packages units/ssm_hadamard_pkg.sv units/ssm_hadamard_tables_pkg.sv)

function(scansim_rtl_unit name)
  cmake_parse_arguments(U "" "TOP" "SOURCES;PARAMETERS" ${ARGN})
  scansim_verilate(${name}_rtl TOP ${U_TOP} PREFIX V${name} SOURCES ${unit_packages} ${U_SOURCES}
                   PARAMETERS ${U_PARAMETERS})
endfunction()
