// ssm_gate_silu: readout, skip, gate and output rounding: rows of acc, skip and z to rows of y in the y buffer.
// Contract: one row per cycle when the command, acc, skip, z (if any) and a slot of the y buffer are there; y is stored
// in cycle 6 after the issue (7 with 8-bit output, behind quantise_shift); reversed tiles store rows backwards.
// sim/README.md, 4.5.
module ssm_gate_silu #(
  parameter int unsigned NumLanes = 4,
  parameter int unsigned OperandBits = 8,
  parameter int unsigned OutputBits = 16,
  parameter int unsigned AccBits = 32
) (
  input  logic                              clk_i,
  input  logic                              rst_ni,
  // Command.
  input  logic                              cmd_valid_i,
  input  logic [ssm_pkg::GateCmdBits-1:0]   cmd_i,
  output logic                              cmd_pop_o,
  // Operands.
  input  logic                              acc_valid_i,
  input  logic [NumLanes*AccBits-1:0]       acc_data_i,
  output logic                              acc_pop_o,
  input  logic                              skip_valid_i,
  input  logic [NumLanes*AccBits-1:0]       skip_data_i,
  output logic                              skip_pop_o,
  output logic [ssm_pkg::CountBits-1:0]     z_row_o,
  output logic                              z_need_full_o,
  output logic                              z_read_o,
  output logic                              z_release_o,
  input  logic                              z_valid_i,
  input  logic [NumLanes*OperandBits-1:0]   z_data_i,
  // Results.
  input  logic                              y_free_i,
  output logic                              y_alloc_o,
  output logic                              y_valid_o,
  output logic [ssm_pkg::CountBits-1:0]     y_row_o,
  output logic [NumLanes*OutputBits-1:0]    y_data_o,
  output logic                              y_done_o,
  // Counter events.
  output logic [ssm_map_pkg::LastGateSilu:ssm_map_pkg::FirstGateSilu][ssm_map_pkg::IncBits-1:0] inc_o
);
  localparam int unsigned IncBits = ssm_map_pkg::IncBits;
  localparam int unsigned CountBits = ssm_pkg::CountBits;
  localparam int unsigned YStage    = 6;
  localparam int unsigned LastStage = OutputBits == 8 ? YStage + 1 : YStage;

  ssm_pkg::gate_cmd_t   cmd;
  logic [CountBits-1:0] row_q, row;
  logic                 issue, operands, last_row;

  assign cmd           = cmd_i;
  assign last_row      = row_q == cmd.rows - 1'b1;
  assign row           = cmd.reverse ? cmd.rows - 1'b1 - row_q : row_q;
  assign z_row_o       = row;
  assign z_need_full_o = cmd.reverse;
  assign operands      = acc_valid_i && skip_valid_i && (!cmd.has_z || z_valid_i);
  assign issue         = cmd_valid_i && operands && y_free_i;
  assign acc_pop_o     = issue;
  assign skip_pop_o    = issue;
  assign cmd_pop_o     = issue && last_row;
  assign y_alloc_o     = issue && last_row;
  assign z_read_o      = issue && cmd.has_z;
  assign z_release_o   = issue && cmd.has_z && last_row;

  logic               gated;
  logic [IncBits-1:0] saturated_v, saturated_y, saturated_quant;
  assign gated = issue && cmd.has_z;
  assign inc_o[ssm_map_pkg::CounterGateSiluBusy]             = IncBits'(issue);
  assign inc_o[ssm_map_pkg::CounterGateSiluWaitIn]           = IncBits'(cmd_valid_i && !operands);
  assign inc_o[ssm_map_pkg::CounterGateSiluWaitOut]          = IncBits'(cmd_valid_i && operands && !y_free_i);
  assign inc_o[ssm_map_pkg::CounterGateSiluIdle]             = IncBits'(!cmd_valid_i);
  assign inc_o[ssm_map_pkg::CounterGateSiluSiluOps]          = gated ? IncBits'(NumLanes) : '0;
  assign inc_o[ssm_map_pkg::CounterGateSiluMacGate]          = !issue ? '0 : gated ? IncBits'(2 * NumLanes) : IncBits'(NumLanes);
  assign inc_o[ssm_map_pkg::CounterGateSiluBufferReadBits]   = gated ? IncBits'(NumLanes * OperandBits) : '0;
  assign inc_o[ssm_map_pkg::CounterGateSiluBufferWriteBits]  = issue ? IncBits'(NumLanes * OutputBits) : '0;
  assign inc_o[ssm_map_pkg::CounterGateSiluSaturationsV]     = saturated_v;
  assign inc_o[ssm_map_pkg::CounterGateSiluSaturationsY]     = saturated_y;
  assign inc_o[ssm_map_pkg::CounterGateSiluSaturationsQuant] = saturated_quant;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni)    row_q <= '0;
    else if (issue) row_q <= last_row ? '0 : row_q + 1'b1;
  end

  // What travels with a row; stage s is the cycle s after its issue.
  logic [LastStage:1]              valid_q, last_q;
  logic [CountBits-1:0]            row_pipe_q [LastStage+1];
  logic                            has_z_q;
  logic [ssm_pkg::ShiftBits-1:0]   sh_z_q;
  logic [ssm_pkg::ShiftBits-1:0]   sh_v_q [3];
  logic [ssm_pkg::ShiftBits+3:0]   sh_out_q [YStage+1];
  logic [NumLanes*AccBits-1:0]     acc_q, skip_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) valid_q <= '0;
    else         valid_q <= {valid_q[LastStage-1:1], issue};
  end
  always_ff @(posedge clk_i) begin
    last_q        <= {last_q[LastStage-1:1], last_row};
    acc_q         <= acc_data_i;
    skip_q        <= skip_data_i;
    has_z_q       <= cmd.has_z;
    sh_z_q        <= cmd.sh_z;
    sh_v_q[1]     <= cmd.sh_v;
    sh_v_q[2]     <= sh_v_q[1];
    row_pipe_q[1] <= row;
    sh_out_q[1]   <= {cmd.sh_quant, cmd.sh_y};
    for (int unsigned s = 2; s <= LastStage; s++) row_pipe_q[s] <= row_pipe_q[s-1];
    for (int unsigned s = 2; s <= YStage; s++) sh_out_q[s] <= sh_out_q[s-1];
  end
  assign row_pipe_q[0] = '0;
  assign sh_v_q[0]     = '0;
  assign sh_out_q[0]   = '0;

  logic [NumLanes*ssm_pkg::YBits-1:0] y_row;
  logic [NumLanes-1:0]                sat_v, sat_y, sat_quant;

  generate
    for (genvar l = 0; l < NumLanes; l++) begin : gen_lane
      ssm_gate_lane #(.OperandBits(OperandBits), .AccBits(AccBits)) u_gate_lane (
        .clk_i,
        .has_z_i(has_z_q),
        .sh_z_i (sh_z_q),
        .sh_v_i (sh_v_q[2]),
        .sh_y_i (sh_out_q[YStage][ssm_pkg::ShiftBits-1:0]),
        .acc_i  (acc_q[l*AccBits +: AccBits]),
        .skip_i (skip_q[l*AccBits +: AccBits]),
        .z_i    (z_data_i[l*OperandBits +: OperandBits]),
        .y_o    (y_row[l*ssm_pkg::YBits +: ssm_pkg::YBits]),
        .sat_v_o(sat_v[l]),
        .sat_y_o(sat_y[l])
      );
    end

    if (OutputBits == 8) begin : gen_quantise
      for (genvar l = 0; l < NumLanes; l++) begin : gen_lane
        ssm_quantise_shift u_quantise_shift (
          .clk_i, .shift_i(sh_out_q[YStage][ssm_pkg::ShiftBits+3:ssm_pkg::ShiftBits]),
          .y_i(y_row[l*ssm_pkg::YBits +: ssm_pkg::YBits]), .q_o(y_data_o[l*8 +: 8]), .saturated_o(sat_quant[l])
        );
      end
    end else begin : gen_direct
      assign y_data_o  = y_row;
      assign sat_quant = '0;
    end
  endgenerate

  assign y_valid_o = valid_q[LastStage];
  assign y_row_o   = row_pipe_q[LastStage];
  assign y_done_o  = valid_q[LastStage] && last_q[LastStage];

  always_comb begin
    saturated_v     = '0;
    saturated_y     = '0;
    saturated_quant = '0;
    for (int unsigned l = 0; l < NumLanes; l++) begin
      saturated_v     = saturated_v + IncBits'(sat_v[l] && valid_q[YStage]);
      saturated_y     = saturated_y + IncBits'(sat_y[l] && valid_q[YStage]);
      saturated_quant = saturated_quant + IncBits'(sat_quant[l] && valid_q[LastStage]);
    end
  end
endmodule
