// ssm_stream_credit_check: the contract of those who take places and give them back.
module ssm_stream_credit_check (
  input logic clk_i,
  input logic rst_ni,
  input logic take_i,
  input logic available_i,
  input logic over_i  // more places than there are
);
  always_ff @(posedge clk_i) begin
    if (rst_ni && ((take_i && !available_i) || over_i)) begin
      if (over_i) ssm_check_pkg::scansim_rtl_violation($sformatf("%m: a place given back that nobody took"));
      else        ssm_check_pkg::scansim_rtl_violation($sformatf("%m: a place taken that is not there"));
    end
  end
endmodule

bind ssm_stream_credit ssm_stream_credit_check u_check (
  .clk_i(clk_i), .rst_ni(rst_ni), .take_i(take_i), .available_i(available_o), .over_i(32'(free_q) > Depth)
);
