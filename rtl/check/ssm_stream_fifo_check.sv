// ssm_stream_fifo_check: the contract of those who use a queue; and its states as bins: empty (again), one place free, full, and
// wrap, the first place written again.
module ssm_stream_fifo_check #(
  parameter int unsigned Depth = 4
) (
  input logic        clk_i,
  input logic        rst_ni,
  input logic        push_i,
  input logic        ready_i,
  input logic        valid_i,
  input logic        pop_i,
  input logic [31:0] count_i,
  input logic        last_place_i  // the next push is into the last place
);
  localparam int unsigned States = 4;
  logic [States-1:0] now, seen_q;
  assign now = {push_i && last_place_i, count_i == Depth, count_i == Depth - 1, pop_i && !push_i && count_i == 1};

  function automatic string state_name(input int unsigned state);
    case (state)
      0: state_name = "empty";
      1: state_name = "one free";
      2: state_name = "full";
      default: state_name = "wrap";
    endcase
  endfunction

  initial begin
    seen_q = '0;
    for (int unsigned i = 0; i < States; i++) ssm_check_pkg::scansim_rtl_bin("queues", $sformatf("%m"), state_name(i), 0);
  end
  always_ff @(posedge clk_i) begin
    if (rst_ni && ((push_i && !ready_i) || (pop_i && !valid_i))) begin
      if (push_i && !ready_i) ssm_check_pkg::scansim_rtl_violation($sformatf("%m: a push into a full queue"));
      else                    ssm_check_pkg::scansim_rtl_violation($sformatf("%m: a pop from an empty queue"));
    end
    if (rst_ni && (now & ~seen_q) != '0) begin
      seen_q <= seen_q | now;
      for (int unsigned i = 0; i < States; i++)
        if (now[i] && !seen_q[i]) ssm_check_pkg::scansim_rtl_bin("queues", $sformatf("%m"), state_name(i), 1);
    end
  end
endmodule

bind ssm_stream_fifo ssm_stream_fifo_check #(.Depth(Depth)) u_check (
  .clk_i(clk_i), .rst_ni(rst_ni), .push_i(push_i), .ready_i(ready_o), .valid_i(valid_o), .pop_i(pop_i), .count_i(32'(count_q)),
  .last_place_i(write_q == '1)
);
