ssm_top.sv  # the whole toy
