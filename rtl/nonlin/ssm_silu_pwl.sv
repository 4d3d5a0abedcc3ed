// ssm_silu_pwl: gate = silu(z) = z * sigmoid(x), x = z aligned to 12 fraction bits (17 bits, saturated by the caller).
//   gate = round(z * sigmoid / 2^(OperandBits-1)), 18 bits signed; without z (has_z_i = 0) gate = 1.0 = 2^16;
//   with linear_i (Linear) the sigmoid is 1: gate = z
// Latency 3 (ssm_sigmoid_pwl's 2, product), one result per cycle, no stall. hls counterpart: silu_gate.
module ssm_silu_pwl #(
  parameter int unsigned OperandBits = 8,
  parameter bit          Linear = 1'b0  // linear_i means something
) (
  input  logic                         clk_i,
  input  logic                         has_z_i,
  input  logic                         linear_i,
  input  logic [OperandBits-1:0]       z_i,
  input  logic [ssm_pkg::XBits-1:0]    x_i,
  output logic [ssm_pkg::GateBits-1:0] gate_o
);
  localparam int unsigned ProductBits = OperandBits + ssm_pkg::SigmoidBits + 1;
  localparam logic [ssm_pkg::SigmoidBits-1:0] SigmoidOne = {1'b1, {(ssm_pkg::SigmoidBits - 1){1'b0}}};
  localparam logic [ssm_pkg::GateBits-1:0] One = ssm_pkg::GateBits'(1) << (ssm_pkg::SigmoidBits - 1);

  logic                            has_z_q, has_z2_q, linear_q, linear2_q;
  logic [OperandBits-1:0]          z_q, z2_q;
  logic [ssm_pkg::SigmoidBits-1:0] sigmoid;
  logic signed [ProductBits-1:0]   product;
  logic [ProductBits-1:0]          rounded;

  ssm_sigmoid_pwl u_sigmoid_pwl (.clk_i, .enable_i(2'b11), .x_i, .sigmoid_o(sigmoid));
  assign product = $signed(z2_q) * $signed({1'b0, Linear && linear2_q ? SigmoidOne : sigmoid});
  assign rounded = product + (ProductBits'(1) << (OperandBits - 2));

  always_ff @(posedge clk_i) begin
    z_q      <= z_i;
    has_z_q  <= has_z_i;
    z2_q     <= z_q;
    has_z2_q <= has_z_q;
    linear_q  <= linear_i;
    linear2_q <= linear_q;
    gate_o   <= has_z2_q ? ssm_pkg::GateBits'(rounded[ProductBits-1:OperandBits-1]) : One;
  end
endmodule
