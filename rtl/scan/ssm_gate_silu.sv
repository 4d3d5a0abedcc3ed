// ssm_gate_silu: readout, skip, gate and output rounding: rows of acc, skip and z to rows of y in the y buffer.
// Contract: one row per cycle when the command, acc, skip, z (if any) and a slot of the y buffer are there; y is stored
// in cycle 6 after the issue (7 with 8-bit output, behind quantise_shift) in the row that came with skip. With Sums it is
// stored one cycle later, added to what the row had; two rows to one place are two cycles apart. A muted row only passes.
// sim/README.md, 4.6; sim/SETS.md, 4.2.
module ssm_gate_silu #(
  parameter int unsigned NumLanes = 4,
  parameter int unsigned OperandBits = 8,
  parameter int unsigned OutputBits = 16,
  parameter int unsigned AccBits = 32,
  parameter bit Sums = 0
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
  input  logic [ssm_pkg::SkipTokenBits-1:0] skip_token_i,
  output logic                              skip_pop_o,
  output logic [ssm_pkg::CountBits-1:0]     z_row_o,
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
  // With Sums: what a row has, one cycle behind the request.
  output logic                              sum_read_o,
  output logic [ssm_pkg::CountBits-1:0]     sum_row_o,
  output logic                              sum_last_o,
  input  logic                              sum_there_i,
  input  logic [NumLanes*OutputBits-1:0]    sum_data_i,
  // Counter events.
  output logic [ssm_map_pkg::LastGateSilu:ssm_map_pkg::FirstGateSilu][ssm_map_pkg::IncBits-1:0] inc_o
);
  localparam int unsigned IncBits = ssm_map_pkg::IncBits;
  localparam int unsigned CountBits = ssm_pkg::CountBits;
  localparam int unsigned YStage    = 6;
  localparam int unsigned LastStage = OutputBits == 8 ? YStage + 1 : YStage;

  ssm_pkg::gate_cmd_t   cmd;
  ssm_pkg::skip_token_t token;
  logic [CountBits-1:0] row;
  logic                 issue, writes, operands, same_row, last_row, last_of_tile;

  assign cmd          = cmd_i;
  assign token        = skip_token_i;
  assign row          = CountBits'(token.row_out);
  assign last_row     = token.last;
  assign last_of_tile = last_row && cmd.last_set;
  assign z_row_o      = row;
  assign operands     = acc_valid_i && skip_valid_i && (!cmd.has_z || token.mute || z_valid_i) && !same_row;
  assign issue        = cmd_valid_i && operands && y_free_i;
  assign writes       = issue && !token.mute;
  assign acc_pop_o    = issue;
  assign skip_pop_o   = issue;
  assign cmd_pop_o    = issue && last_row;
  assign y_alloc_o    = issue && last_of_tile;
  assign z_read_o     = writes && cmd.has_z;
  assign z_release_o  = issue && last_row && cmd.release_z;

  logic               gated, linear, silu, added;
  logic [IncBits-1:0] saturated_v, saturated_y, saturated_quant;
  assign gated  = writes && cmd.has_z;
  assign linear = Sums && cmd.linear_gate;
  assign silu   = gated && !linear;
  assign inc_o[ssm_map_pkg::CounterGateSiluBusy]             = IncBits'(issue);
  assign inc_o[ssm_map_pkg::CounterGateSiluWaitIn]           = IncBits'(cmd_valid_i && !operands);
  assign inc_o[ssm_map_pkg::CounterGateSiluWaitOut]          = IncBits'(cmd_valid_i && operands && !y_free_i);
  assign inc_o[ssm_map_pkg::CounterGateSiluIdle]             = IncBits'(!cmd_valid_i);
  assign inc_o[ssm_map_pkg::CounterGateSiluSiluOps]          = silu ? IncBits'(NumLanes) : '0;
  assign inc_o[ssm_map_pkg::CounterGateSiluMacGate]          = !writes ? '0 : silu ? IncBits'(2 * NumLanes) : IncBits'(NumLanes);
  assign inc_o[ssm_map_pkg::CounterGateSiluBufferReadBits]   = (gated ? IncBits'(NumLanes * OperandBits) : '0)
                                                                  + (added ? IncBits'(NumLanes * OutputBits) : '0);
  assign inc_o[ssm_map_pkg::CounterGateSiluBufferWriteBits]  = writes ? IncBits'(NumLanes * OutputBits) : '0;
  assign inc_o[ssm_map_pkg::CounterGateSiluYAddOps]          = added ? IncBits'(NumLanes) : '0;
  assign inc_o[ssm_map_pkg::CounterGateSiluMutedRows]        = IncBits'(issue && token.mute);
  assign inc_o[ssm_map_pkg::CounterGateSiluSaturationsV]     = saturated_v;
  assign inc_o[ssm_map_pkg::CounterGateSiluSaturationsY]     = saturated_y;
  assign inc_o[ssm_map_pkg::CounterGateSiluSaturationsQuant] = saturated_quant;

  // What travels with a row; stage s is the cycle s after its issue.
  logic [LastStage:1]              valid_q, done_q;
  logic [CountBits-1:0]            row_pipe_q [LastStage+1];
  logic                            has_z_q, linear_q;
  logic [ssm_pkg::ShiftBits-1:0]   sh_z_q;
  logic [ssm_pkg::ShiftBits-1:0]   sh_v_q [3];
  logic [ssm_pkg::ShiftBits+3:0]   sh_out_q [YStage+1];
  logic [NumLanes*AccBits-1:0]     acc_q, skip_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      valid_q <= '0;
      done_q  <= '0;
    end else begin
      valid_q <= {valid_q[LastStage-1:1], writes};
      done_q  <= {done_q[LastStage-1:1], y_alloc_o};
    end
  end
  always_ff @(posedge clk_i) begin
    acc_q         <= acc_data_i;
    skip_q        <= skip_data_i;
    has_z_q       <= cmd.has_z;
    linear_q      <= linear;
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
  logic [NumLanes*OutputBits-1:0]     out_row;
  logic [NumLanes-1:0]                sat_v, sat_y, sat_quant, sat_sum;

  generate
    for (genvar l = 0; l < NumLanes; l++) begin : gen_lane
      ssm_gate_lane #(.OperandBits(OperandBits), .AccBits(AccBits), .Linear(Sums)) u_gate_lane (
        .clk_i,
        .has_z_i(has_z_q),
        .linear_i(linear_q),
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
          .y_i(y_row[l*ssm_pkg::YBits +: ssm_pkg::YBits]), .q_o(out_row[l*8 +: 8]), .saturated_o(sat_quant[l])
        );
      end
    end else begin : gen_direct
      assign out_row   = y_row;
      assign sat_quant = '0;
    end
  endgenerate

  // ---- The sum with what the row has ----
  generate
    if (Sums) begin : gen_sums
      logic                           sum_valid_q, sum_done_q, row_busy_q;
      logic [CountBits-1:0]           sum_row_q, busy_row_q;
      logic [NumLanes*OutputBits-1:0] sum_out_q;

      assign same_row   = row_busy_q && busy_row_q == row && !token.mute;
      assign sum_read_o = valid_q[LastStage];
      assign sum_row_o  = row_pipe_q[LastStage];
      assign sum_last_o = done_q[LastStage];
      assign added      = sum_valid_q && sum_there_i;
      always_ff @(posedge clk_i or negedge rst_ni) begin
        if (!rst_ni) begin
          sum_valid_q <= 1'b0;
          sum_done_q  <= 1'b0;
          row_busy_q  <= 1'b0;
        end else begin
          sum_valid_q <= valid_q[LastStage];
          sum_done_q  <= done_q[LastStage];
          row_busy_q  <= writes && !last_of_tile;
        end
      end
      always_ff @(posedge clk_i) begin
        busy_row_q <= row;
        sum_row_q  <= row_pipe_q[LastStage];
        sum_out_q  <= out_row;
      end
      for (genvar l = 0; l < NumLanes; l++) begin : gen_lane
        logic [OutputBits-1:0] had, out;
        logic [OutputBits:0]   sum;
        assign had        = sum_data_i[l*OutputBits +: OutputBits];
        assign out        = sum_out_q[l*OutputBits +: OutputBits];
        assign sum        = (OutputBits + 1)'($signed(out)) + (added ? (OutputBits + 1)'($signed(had)) : '0);
        assign sat_sum[l] = added && sum[OutputBits] != sum[OutputBits-1];
        assign y_data_o[l*OutputBits +: OutputBits] =
            sat_sum[l] ? {sum[OutputBits], {(OutputBits - 1){!sum[OutputBits]}}} : sum[OutputBits-1:0];
      end
      assign y_valid_o = sum_valid_q;
      assign y_row_o   = sum_row_q;
      assign y_done_o  = sum_done_q;
    end else begin : gen_rows
      logic unused_sum;
      assign same_row   = 1'b0;
      assign added      = 1'b0;
      assign sat_sum    = '0;
      assign sum_read_o = 1'b0;
      assign sum_row_o  = '0;
      assign sum_last_o = 1'b0;
      assign y_data_o   = out_row;
      assign y_valid_o  = valid_q[LastStage];
      assign y_row_o    = row_pipe_q[LastStage];
      assign y_done_o   = done_q[LastStage];
      assign unused_sum = ^{sum_there_i, sum_data_i};
    end
  endgenerate

  always_comb begin
    saturated_v     = '0;
    saturated_y     = '0;
    saturated_quant = '0;
    for (int unsigned l = 0; l < NumLanes; l++) begin
      saturated_v     = saturated_v + IncBits'(sat_v[l] && valid_q[YStage]);
      saturated_y     = saturated_y + IncBits'(sat_y[l] && valid_q[YStage]) + IncBits'(sat_sum[l]);
      saturated_quant = saturated_quant + IncBits'(sat_quant[l] && valid_q[LastStage]);
    end
  end
endmodule
