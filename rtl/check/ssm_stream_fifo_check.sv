// ssm_stream_fifo_check: the contract of those who use a queue.
module ssm_stream_fifo_check (
  input logic clk_i,
  input logic rst_ni,
  input logic push_i,
  input logic ready_i,
  input logic valid_i,
  input logic pop_i
);
  always_ff @(posedge clk_i) begin
    if (rst_ni && ((push_i && !ready_i) || (pop_i && !valid_i))) begin
      if (push_i && !ready_i) ssm_check_pkg::scansim_rtl_violation($sformatf("%m: a push into a full queue"));
      else                    ssm_check_pkg::scansim_rtl_violation($sformatf("%m: a pop from an empty queue"));
    end
  end
endmodule

bind ssm_stream_fifo ssm_stream_fifo_check u_check (
  .clk_i(clk_i), .rst_ni(rst_ni), .push_i(push_i), .ready_i(ready_o), .valid_i(valid_o), .pop_i(pop_i)
);
