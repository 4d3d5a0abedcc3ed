# Compile order of the toy machine: package first.
ssm_toy_pkg.sv
ssm_toy_pe.sv
ssm_toy_blocks.sv
ssm_top.sv
