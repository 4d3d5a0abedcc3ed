// ssm_topn_select: the N of M values of largest magnitude, ties to the lower position, in rising order of position, for
// NumLanes lanes side by side.
// Contract: one value per lane and cycle; the last value of a group waits for the drain register; kept values leave at one per
// cycle, the first visible two cycles after the group's last issue. sim/UNITS.md, topn_select.
module ssm_topn_select #(
  parameter int unsigned NumLanes = 4,
  parameter int unsigned ValueBits = 16,
  parameter int unsigned OutDepth = 16
) (
  input  logic                                 clk_i,
  input  logic                                 rst_ni,
  input  logic                                 cmd_valid_i,
  input  logic [ssm_gemm_pkg::TopnCmdBits-1:0] cmd_i,
  output logic                                 cmd_pop_o,
  input  logic                                 v_valid_i,
  input  logic [NumLanes*ValueBits-1:0]        v_i,
  output logic                                 v_pop_o,
  output logic                                 kept_valid_o,
  output logic [NumLanes*(ValueBits+ssm_gemm_pkg::PosBits)-1:0] kept_o,
  input  logic                                 kept_pop_i,
  // Counter events.
  output logic                                 ev_busy_o,
  output logic                                 ev_wait_in_o,
  output logic                                 ev_wait_out_o,
  output logic                                 ev_idle_o,
  output logic [ssm_map_pkg::IncBits-1:0]          ev_values_o,
  output logic [ssm_map_pkg::IncBits-1:0]          ev_compare_ops_o,
  output logic [ssm_map_pkg::IncBits-1:0]          ev_kept_o
);
  localparam int unsigned IncBits   = ssm_map_pkg::IncBits;
  localparam int unsigned PosBits   = ssm_gemm_pkg::PosBits;
  localparam int unsigned EntryBits = ValueBits + PosBits;

  ssm_gemm_pkg::topn_cmd_t cmd;
  logic [PosBits-1:0]            index_q;
  logic [15:0]                   group_q;
  logic [4:0]                    left_q;  // kept values that have not left
  logic                          issue, last_value, last_group, place, drain, kept_ready;
  logic [NumLanes*EntryBits-1:0] kept;

  assign cmd        = cmd_i;
  assign last_value = 5'(index_q) == (5'd4 << cmd.log2_m) - 1'b1;
  assign last_group = group_q == cmd.groups - 1'b1;
  assign drain      = left_q != '0 && kept_ready;
  assign place      = !last_value || left_q == '0 || (left_q == 5'd1 && drain);
  assign issue      = cmd_valid_i && v_valid_i && place;
  assign v_pop_o    = issue;
  assign cmd_pop_o  = issue && last_value && last_group;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      index_q <= '0;
      group_q <= '0;
      left_q  <= '0;
    end else begin
      if (issue) index_q <= last_value ? '0 : index_q + 1'b1;
      if (issue && last_value) group_q <= last_group ? '0 : group_q + 1'b1;
      if (issue && last_value) left_q <= cmd.n;
      else if (drain) left_q <= left_q - 1'b1;
    end
  end

  generate
    for (genvar l = 0; l < NumLanes; l++) begin : gen_lane
      ssm_topn_lane #(.ValueBits(ValueBits)) u_topn_lane (
        .clk_i, .accept_i(issue), .last_i(last_value), .index_i(index_q), .n_i(cmd.n),
        .value_i(v_i[l*ValueBits +: ValueBits]), .next_i(drain), .value_o(kept[l*EntryBits +: ValueBits]),
        .position_o(kept[l*EntryBits+ValueBits +: PosBits])
      );
    end
  endgenerate

  ssm_stream_fifo #(.Width(NumLanes * EntryBits), .Depth(OutDepth)) u_kept_fifo (
    .clk_i, .rst_ni, .push_i(drain), .data_i(kept), .ready_o(kept_ready), .valid_o(kept_valid_o), .data_o(kept_o),
    .pop_i(kept_pop_i)
  );

  assign ev_busy_o        = issue;
  assign ev_wait_in_o     = cmd_valid_i && !v_valid_i;
  assign ev_wait_out_o    = cmd_valid_i && v_valid_i && !place;
  assign ev_idle_o        = !cmd_valid_i;
  assign ev_values_o      = issue ? IncBits'(NumLanes) : '0;
  assign ev_compare_ops_o = issue ? IncBits'(NumLanes) * IncBits'(index_q) : '0;
  assign ev_kept_o        = drain ? IncBits'(NumLanes) : '0;
endmodule
