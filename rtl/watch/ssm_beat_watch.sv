// ssm_beat_watch: tells of each beat that enters a queue or a row of a buffer, with its bits, and of each that leaves it.
// Contract: told in the cycle of the push or pop; nothing in reset.
module ssm_beat_watch #(
  parameter int unsigned Width = 32
) (
  input logic             clk_i,
  input logic             rst_ni,
  input logic             push_i,
  input int               row_i,
  input logic [Width-1:0] data_i,
  input logic             pop_i
);
  localparam int unsigned Words = (Width + 31) / 32;

  logic [32*Words-1:0] padded;
  int                  stream;

  assign padded = (32 * Words)'(data_i);
  initial stream = ssm_watch_pkg::scansim_rtl_stream($sformatf("%m"));

  always_ff @(posedge clk_i) begin
    if (rst_ni && push_i) begin
      for (int unsigned w = 0; w < Words; w++) ssm_watch_pkg::scansim_rtl_word(int'(padded[32*w +: 32]));
      ssm_watch_pkg::scansim_rtl_push(stream, row_i);
    end
    if (rst_ni && pop_i) ssm_watch_pkg::scansim_rtl_pop(stream);
  end
endmodule

bind ssm_stream_fifo ssm_beat_watch #(.Width(Width)) u_watch (
  .clk_i(clk_i), .rst_ni(rst_ni), .push_i(push_i), .row_i(-1), .data_i(data_i), .pop_i(pop_i)
);
bind ssm_gate_silu ssm_beat_watch #(.Width(NumLanes * OutputBits)) u_watch (
  .clk_i(clk_i), .rst_ni(rst_ni), .push_i(y_valid_o), .row_i(int'(y_row_o)), .data_i(y_data_o), .pop_i(1'b0)
);
bind ssm_output_buffer ssm_beat_watch #(.Width(RowBits)) u_watch (
  .clk_i(clk_i), .rst_ni(rst_ni), .push_i(wr_valid_i), .row_i(int'(wr_row_i)), .data_i(wr_data_i), .pop_i(1'b0)
);
