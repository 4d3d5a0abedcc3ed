// acc_o <= acc_o + a_i * b_i: one multiply-accumulate, for the area back end's own test.
module ssm_toy_pe #(
  parameter int OperandBits = 8
) (
  input  logic                          clk_i,
  input  logic signed [OperandBits-1:0] a_i,
  input  logic signed [OperandBits-1:0] b_i,
  output logic [ssm_toy_pkg::AccBits-1:0] acc_o
);
  logic signed [2*OperandBits-1:0] product_q;
  always_ff @(posedge clk_i) begin
    product_q <= a_i * b_i;
    acc_o     <= acc_o + ssm_toy_pkg::AccBits'(product_q);
  end
endmodule
