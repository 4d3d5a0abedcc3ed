// ssm_conv1d_silu: causal depthwise convolution of width 2..4 with silu, NumLanes channels per row, rows in the order tokens
// outer, lane groups inner.
// Contract: one row per cycle when command, x, at the first token p and s, and credits of u and (last token, store_state) h
// are there; u visible at issue + 10, h at issue + 2. sim/UNITS.md, conv1d_silu.
module ssm_conv1d_silu #(
  parameter int unsigned NumLanes = 4,
  parameter int unsigned MaxGroups = 64,  // at least 2
  parameter int unsigned UDepth = 16,
  parameter int unsigned StateDepth = 4
) (
  input  logic                                             clk_i,
  input  logic                                             rst_ni,
  // Command.
  input  logic                                             cmd_valid_i,
  input  logic [ssm_unit_pkg::ConvCmdBits-1:0]            cmd_i,
  output logic                                             cmd_pop_o,
  // Operands.
  input  logic                                             x_valid_i,
  input  logic [NumLanes*ssm_unit_pkg::ValueBits-1:0]     x_i,
  output logic                                             x_pop_o,
  input  logic                                             p_valid_i,
  input  logic [NumLanes*ssm_unit_pkg::ConvParamBits-1:0] p_i,
  output logic                                             p_pop_o,
  input  logic                                             s_valid_i,
  input  logic [NumLanes*ssm_unit_pkg::StateBits-1:0]     s_i,
  output logic                                             s_pop_o,
  // Results.
  output logic                                             u_valid_o,
  output logic [NumLanes*ssm_unit_pkg::ValueBits-1:0]     u_o,
  input  logic                                             u_pop_i,
  output logic                                             h_valid_o,
  output logic [NumLanes*ssm_unit_pkg::StateBits-1:0]     h_o,
  input  logic                                             h_pop_i,
  // Counter events.
  output logic [ssm_map_pkg::LastConv1dSilu:ssm_map_pkg::FirstConv1dSilu][ssm_map_pkg::IncBits-1:0] inc_o
);
  localparam int unsigned IncBits   = ssm_map_pkg::IncBits;
  localparam int unsigned ValueBits = ssm_unit_pkg::ValueBits;
  localparam int unsigned TapsBits  = ssm_unit_pkg::TapsBits;
  localparam int unsigned StateBits = ssm_unit_pkg::StateBits;
  localparam int unsigned ParamBits = ssm_unit_pkg::ConvParamBits;
  localparam int unsigned GroupBits = $clog2(MaxGroups);
  localparam int unsigned UStage    = 2 + ssm_unit_pkg::ConvLaneLatency;

  ssm_unit_pkg::conv_cmd_t cmd;
  logic [15:0]          group_q, token_q;
  logic [GroupBits-1:0] group;
  logic                 issue, operands, places, first, last, last_group, store, u_credit, h_credit;

  assign cmd        = cmd_i;
  assign group      = group_q[GroupBits-1:0];
  assign first      = token_q == '0;
  assign last       = token_q == cmd.tokens - 1'b1;
  assign last_group = group_q == cmd.groups - 1'b1;
  assign store      = last && cmd.store_state;
  assign operands   = x_valid_i && (!first || (p_valid_i && (!cmd.has_state || s_valid_i)));
  assign places     = u_credit && (!store || h_credit);
  assign issue      = cmd_valid_i && operands && places;
  assign x_pop_o    = issue;
  assign p_pop_o    = issue && first;
  assign s_pop_o    = issue && first && cmd.has_state;
  assign cmd_pop_o  = issue && last && last_group;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      group_q <= '0;
      token_q <= '0;
    end else if (issue) begin
      group_q <= last_group ? '0 : group_q + 1'b1;
      if (last_group) token_q <= last ? '0 : token_q + 1'b1;
    end
  end

  // Cycle 1: the row's state and parameters, from their memories or, at the first token, from the streams.
  logic [NumLanes*ParamBits-1:0] param_mem_q [MaxGroups];
  logic [NumLanes*ParamBits-1:0] param_read_q, param_given_q, param_q;
  logic [NumLanes*TapsBits-1:0]  taps, taps_q;
  logic [NumLanes*StateBits-1:0] state;
  logic                          first_q, store_q;
  logic [UStage:1]               valid_q;
  logic [2:1]                    silu_q;
  logic [1:0]                    width_q [2];
  logic [ssm_gemm_pkg::ShiftBits-1:0] shift_out_q [2];

  ssm_conv1d_state #(.NumLanes(NumLanes), .MaxGroups(MaxGroups)) u_conv1d_state (
    .clk_i, .rst_ni, .accept_i(issue), .first_i(first), .last_i(last), .has_state_i(cmd.has_state), .width_i(cmd.width),
    .group_i(group), .x_i, .state_i(s_i), .taps_o(taps), .state_o(state)
  );

  always_ff @(posedge clk_i) begin
    if (p_pop_o) param_mem_q[group] <= p_i;
    if (issue) param_read_q <= param_mem_q[group];
    param_given_q  <= p_i;
    first_q        <= first;
    silu_q         <= {silu_q[1], cmd.silu};
    width_q[0]     <= cmd.width;
    width_q[1]     <= width_q[0];
    shift_out_q[0] <= cmd.shift_out;
    shift_out_q[1] <= shift_out_q[0];
    taps_q         <= taps;
    param_q        <= first_q ? param_given_q : param_read_q;
  end
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      valid_q <= '0;
      store_q <= 1'b0;
    end else begin
      valid_q <= {valid_q[UStage-1:1], issue};
      store_q <= issue && store;
    end
  end

  logic [NumLanes*ValueBits-1:0] u;
  logic [NumLanes-1:0]           sat;
  generate
    for (genvar l = 0; l < NumLanes; l++) begin : gen_lane
      ssm_conv1d_lane u_conv1d_lane (
        .clk_i, .enable_i(valid_q[UStage-1:2]), .silu_i(silu_q[2]), .shift_out_i(shift_out_q[1]), .width_i(width_q[1]),
        .param_i(param_q[l*ParamBits +: ParamBits]), .taps_i(taps_q[l*TapsBits +: TapsBits]),
        .u_o(u[l*ValueBits +: ValueBits]), .sat_o(sat[l])
      );
    end
  endgenerate

  // Places are taken at the issue, so no queue is found full.
  logic u_ready_unused, h_ready_unused;
  ssm_stream_credit #(.Depth(UDepth)) u_u_credit (
    .clk_i, .rst_ni, .take_i(issue), .give_i(u_pop_i), .available_o(u_credit)
  );
  ssm_stream_fifo #(.Width(NumLanes * ValueBits), .Depth(UDepth)) u_u_fifo (
    .clk_i, .rst_ni, .push_i(valid_q[UStage]), .data_i(u), .ready_o(u_ready_unused), .valid_o(u_valid_o), .data_o(u_o),
    .pop_i(u_pop_i)
  );
  ssm_stream_credit #(.Depth(StateDepth)) u_h_credit (
    .clk_i, .rst_ni, .take_i(issue && store), .give_i(h_pop_i), .available_o(h_credit)
  );
  ssm_stream_fifo #(.Width(NumLanes * StateBits), .Depth(StateDepth)) u_h_fifo (
    .clk_i, .rst_ni, .push_i(store_q), .data_i(state), .ready_o(h_ready_unused), .valid_o(h_valid_o), .data_o(h_o),
    .pop_i(h_pop_i)
  );

  logic [IncBits-1:0] taps_in_use, state_bits, param_bits;
  assign taps_in_use = IncBits'(cmd.width) + 1'b1;
  assign state_bits  = IncBits'(NumLanes * ValueBits) * IncBits'(cmd.width);
  assign param_bits  = IncBits'(NumLanes) * (taps_in_use * IncBits'(ValueBits) + IncBits'(ssm_gemm_pkg::ParamBits));

  assign inc_o[ssm_map_pkg::CounterConv1dSiluBusy]                 = IncBits'(issue);
  assign inc_o[ssm_map_pkg::CounterConv1dSiluWaitIn]               = IncBits'(cmd_valid_i && !operands);
  assign inc_o[ssm_map_pkg::CounterConv1dSiluWaitOut]              = IncBits'(cmd_valid_i && operands && !places);
  assign inc_o[ssm_map_pkg::CounterConv1dSiluIdle]                 = IncBits'(!cmd_valid_i);
  assign inc_o[ssm_map_pkg::CounterConv1dSiluMacs]                 = issue ? IncBits'(NumLanes) * taps_in_use : '0;
  assign inc_o[ssm_map_pkg::CounterConv1dSiluOutputs]              = issue ? IncBits'(NumLanes) : '0;
  assign inc_o[ssm_map_pkg::CounterConv1dSiluSiluOps]              = issue && cmd.silu ? IncBits'(NumLanes) : '0;
  assign inc_o[ssm_map_pkg::CounterConv1dSiluXReadBits]            = issue ? IncBits'(NumLanes * ValueBits) : '0;
  assign inc_o[ssm_map_pkg::CounterConv1dSiluUWriteBits]           = issue ? IncBits'(NumLanes * ValueBits) : '0;
  assign inc_o[ssm_map_pkg::CounterConv1dSiluPReadBits]            = p_pop_o ? param_bits : '0;
  assign inc_o[ssm_map_pkg::CounterConv1dSiluPMemoryReadBits]      = issue && !first ? param_bits : '0;
  assign inc_o[ssm_map_pkg::CounterConv1dSiluSReadBits]            = s_pop_o ? state_bits : '0;
  assign inc_o[ssm_map_pkg::CounterConv1dSiluStateMemoryReadBits]  = issue && !first ? state_bits : '0;
  assign inc_o[ssm_map_pkg::CounterConv1dSiluStateMemoryWriteBits] = issue && !last ? state_bits : '0;
  assign inc_o[ssm_map_pkg::CounterConv1dSiluHWriteBits]           = issue && store ? state_bits : '0;
  logic [IncBits-1:0] saturations;
  always_comb begin
    saturations = '0;
    for (int unsigned l = 0; l < NumLanes; l++) begin
      saturations = saturations + IncBits'(sat[l] && valid_q[UStage]);
    end
  end
  assign inc_o[ssm_map_pkg::CounterConv1dSiluSaturations] = saturations;
endmodule
