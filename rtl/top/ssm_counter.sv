// ssm_counter: one 64-bit event counter, cleared by clear_i, advanced by inc_i (0 when nothing happened).
module ssm_counter (
  input  logic                        clk_i,
  input  logic                        rst_ni,
  input  logic                        clear_i,
  input  logic [ssm_map_pkg::IncBits-1:0] inc_i,
  output logic [63:0]                 count_o
);
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni)      count_o <= '0;
    else if (clear_i) count_o <= '0;
    else              count_o <= count_o + 64'(inc_i);
  end
endmodule
