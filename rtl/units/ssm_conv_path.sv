// ssm_conv_path: conv1d_silu with what feeds it: command queue, parameter feed, the queues of x and of states.
// Contract: the ports of its parts; a command goes to conv1d_silu and to the feed in one push. inc_o: what the
// counters of conv1d_silu gain (sim/PROGRAM.md, section 7).
module ssm_conv_path #(
  parameter int unsigned WordBits = 128,
  parameter int unsigned ChannelWords = 64,
  parameter int unsigned Lanes = WordBits / 8
) (
  input  logic                                  clk_i,
  input  logic                                  rst_ni,
  // Commands.
  input  logic                                  cmd_push_i,
  input  logic [ssm_unit_pkg::ConvCmdBits-1:0] cmd_i,
  input  logic [15:0]                           first_row_i,   // of the parameters
  input  logic [15:0]                           rows_i,
  output logic                                  cmd_ready_o,
  output logic                                  cmd_left_o,
  output logic                                  feed_left_o,
  // Parameters, from the DMA.
  input  logic                                  param_clear_i,
  input  logic                                  rd_valid_i,
  input  logic [WordBits-1:0]                   rd_data_i,
  // x and states, from the scratch memory.
  output logic                                  x_free_o,
  input  logic                                  x_take_i,
  input  logic                                  x_arrive_i,
  input  logic [WordBits-1:0]                   word_i,
  output logic                                  s_free_o,
  input  logic                                  s_take_i,
  input  logic                                  s_arrive_i,
  input  logic [3*WordBits-1:0]                 triple_i,
  // Results.
  output logic                                  u_valid_o,
  output logic [WordBits-1:0]                   u_o,
  input  logic                                  u_pop_i,
  output logic                                  h_valid_o,
  output logic [3*WordBits-1:0]                 h_o,
  input  logic                                  h_pop_i,
  output logic [ssm_map_pkg::LastConv1dSilu:ssm_map_pkg::FirstConv1dSilu][ssm_map_pkg::IncBits-1:0] inc_o
);
  localparam int unsigned ConvRow   = 128;  // bits of a channel in the parameter memory
  localparam int unsigned ConvPBits = ssm_unit_pkg::ConvParamBits;

  logic                                  cmd_valid, cmd_ready, feed_ready;
  logic [ssm_unit_pkg::ConvCmdBits-1:0] cmd;
  ssm_stream_fifo #(.Width(ssm_unit_pkg::ConvCmdBits), .Depth(ssm_map_pkg::UnitCommandDepth)) u_cmd (
    .clk_i, .rst_ni, .push_i(cmd_push_i), .data_i(cmd_i), .ready_o(cmd_ready), .valid_o(cmd_valid), .data_o(cmd),
    .pop_i(cmd_left_o)
  );
  assign cmd_ready_o = cmd_ready && feed_ready;

  logic                       x_valid, x_pop, s_valid, s_pop, p_valid, p_pop;
  logic [WordBits-1:0]        x;
  logic [3*WordBits-1:0]      s;
  logic [Lanes*ConvRow-1:0]   param_row;
  logic [Lanes*ConvPBits-1:0] conv_p;

  ssm_parameter_feed #(.BeatBits(WordBits), .RowBits(Lanes * ConvRow), .Rows(2 * ChannelWords)) u_feed (
    .clk_i, .rst_ni, .clear_i(param_clear_i), .wr_valid_i(rd_valid_i), .wr_data_i(rd_data_i),
    .cmd_push_i, .cmd_first_i(first_row_i), .cmd_count_i(rows_i), .cmd_ready_o(feed_ready),
    .cmd_left_o(feed_left_o), .row_valid_o(p_valid), .row_o(param_row), .row_pop_i(p_pop)
  );
  // In the memory shift and align have a byte each.
  generate
    for (genvar l = 0; l < Lanes; l++) begin : gen_conv_lane
      assign conv_p[ConvPBits*l +: ConvPBits] = {
        param_row[ConvRow*l + 72 +: ssm_gemm_pkg::AlignBits], param_row[ConvRow*l + 64 +: ssm_gemm_pkg::ShiftBits],
        param_row[ConvRow*l +: 64]};
    end
  endgenerate
  ssm_credit_fifo #(.Width(WordBits), .Depth(ssm_map_pkg::OperandDepth)) u_x_queue (
    .clk_i, .rst_ni, .take_i(x_take_i), .available_o(x_free_o), .push_i(x_arrive_i), .data_i(word_i),
    .valid_o(x_valid), .data_o(x), .pop_i(x_pop)
  );
  ssm_credit_fifo #(.Width(3 * WordBits), .Depth(4 * ChannelWords)) u_s_queue (
    .clk_i, .rst_ni, .take_i(s_take_i), .available_o(s_free_o), .push_i(s_arrive_i), .data_i(triple_i),
    .valid_o(s_valid), .data_o(s), .pop_i(s_pop)
  );
  ssm_conv1d_silu #(.NumLanes(Lanes), .MaxGroups(ChannelWords), .UDepth(ssm_map_pkg::ResultDepth), .StateDepth(ChannelWords)) u_conv (
    .clk_i, .rst_ni, .cmd_valid_i(cmd_valid), .cmd_i(cmd), .cmd_pop_o(cmd_left_o), .x_valid_i(x_valid),
    .x_i(x), .x_pop_o(x_pop), .p_valid_i(p_valid), .p_i(conv_p), .p_pop_o(p_pop),
    .s_valid_i(s_valid), .s_i(s), .s_pop_o(s_pop), .u_valid_o, .u_o, .u_pop_i, .h_valid_o, .h_o, .h_pop_i,
    .inc_o
  );
endmodule
