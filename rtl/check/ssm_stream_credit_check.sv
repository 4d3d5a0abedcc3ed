// ssm_stream_credit_check: the contract of those who take places and give them back; and its states as bins: none free, one
// free, all free (again).
module ssm_stream_credit_check #(
  parameter int unsigned Depth = 4
) (
  input logic        clk_i,
  input logic        rst_ni,
  input logic        take_i,
  input logic        give_i,
  input logic        available_i,
  input logic [31:0] free_i
);
  localparam int unsigned States = 3;
  logic              over;  // more places than there are
  logic [States-1:0] now, seen_q;
  assign over = free_i > Depth;
  assign now  = {give_i && !take_i && free_i == Depth - 1, free_i == 1, free_i == 0};

  function automatic string state_name(input int unsigned state);
    case (state)
      0: state_name = "none free";
      1: state_name = "one free";
      default: state_name = "all free";
    endcase
  endfunction

  initial begin
    seen_q = '0;
    for (int unsigned i = 0; i < States; i++) ssm_check_pkg::scansim_rtl_bin("queues", $sformatf("%m"), state_name(i), 0);
  end
  always_ff @(posedge clk_i) begin
    if (rst_ni && ((take_i && !available_i) || over)) begin
      if (over) ssm_check_pkg::scansim_rtl_violation($sformatf("%m: a place given back that nobody took"));
      else      ssm_check_pkg::scansim_rtl_violation($sformatf("%m: a place taken that is not there"));
    end
    if (rst_ni && (now & ~seen_q) != '0) begin
      seen_q <= seen_q | now;
      for (int unsigned i = 0; i < States; i++)
        if (now[i] && !seen_q[i]) ssm_check_pkg::scansim_rtl_bin("queues", $sformatf("%m"), state_name(i), 1);
    end
  end
endmodule

bind ssm_stream_credit ssm_stream_credit_check #(.Depth(Depth)) u_check (
  .clk_i(clk_i), .rst_ni(rst_ni), .take_i(take_i), .give_i(give_i), .available_i(available_o), .free_i(32'(free_q))
);
