// ssm_gate_lane: one channel of gate_silu.
//   v = clamp( (acc + skip) >> sh_v );  gate = silu(z), with linear_i z;  y = clamp( v * gate >> sh_y )
// Operands in cycle 0, y (combinational from registers) in cycle 5. The shifts are those of the row in the cycle of their
// use: sh_z in 0, sh_v in 1, sh_y in 5. hls counterpart: gate_silu.
module ssm_gate_lane #(
  parameter int unsigned OperandBits = 8,
  parameter int unsigned AccBits = 32,
  parameter bit          Linear = 1'b0  // linear_i means something
) (
  input  logic                          clk_i,
  input  logic                          has_z_i,
  input  logic                          linear_i,
  input  logic [ssm_pkg::ShiftBits-1:0] sh_z_i,
  input  logic [ssm_pkg::ShiftBits-1:0] sh_v_i,
  input  logic [ssm_pkg::ShiftBits-1:0] sh_y_i,
  input  logic [AccBits-1:0]            acc_i,
  input  logic [AccBits-1:0]            skip_i,
  input  logic [OperandBits-1:0]        z_i,
  output logic [ssm_pkg::YBits-1:0]     y_o,
  output logic                          sat_v_o,
  output logic                          sat_y_o
);
  localparam int unsigned SumBits     = AccBits + 1;
  localparam int unsigned AlignedBits = OperandBits + ssm_pkg::ShiftBias;
  localparam int unsigned ProductBits = ssm_pkg::VBits + ssm_pkg::GateBits;

  logic [SumBits-1:0]            sum_q;
  logic [ssm_pkg::XBits-1:0]     x, x_q;
  logic [OperandBits-1:0]        z_q;
  logic                          has_z_q, linear_q, unused_x;
  logic [ssm_pkg::VBits-1:0]     v, v_q, v2_q, v3_q;
  logic                          sat_v, sat_v_q, sat_v2_q, sat_v3_q, sat_v4_q;
  logic [ssm_pkg::GateBits-1:0]  gate;
  logic signed [ProductBits-1:0] product_q;

  ssm_round_shift #(.InBits(AlignedBits), .OutBits(ssm_pkg::XBits)) u_align_z (
    .value_i({z_i, {ssm_pkg::ShiftBias{1'b0}}}), .shift_i(sh_z_i), .value_o(x), .saturated_o(unused_x)
  );
  ssm_round_shift #(.InBits(SumBits), .OutBits(ssm_pkg::VBits)) u_round_v (
    .value_i(sum_q), .shift_i(sh_v_i), .value_o(v), .saturated_o(sat_v)
  );
  ssm_silu_pwl #(.OperandBits(OperandBits), .Linear(Linear)) u_silu_pwl (
    .clk_i, .has_z_i(has_z_q), .linear_i(linear_q), .z_i(z_q), .x_i(x_q), .gate_o(gate)
  );
  ssm_round_shift #(.InBits(ProductBits), .OutBits(ssm_pkg::YBits)) u_round_y (
    .value_i(product_q), .shift_i(sh_y_i), .value_o(y_o), .saturated_o(sat_y_o)
  );

  always_ff @(posedge clk_i) begin
    sum_q     <= SumBits'($signed(acc_i)) + SumBits'($signed(skip_i));
    x_q       <= x;
    z_q       <= z_i;
    has_z_q   <= has_z_i;
    linear_q  <= linear_i;
    v_q       <= v;
    v2_q      <= v_q;
    v3_q      <= v2_q;
    product_q <= $signed(v3_q) * $signed(gate);
    sat_v_q   <= sat_v;
    sat_v2_q  <= sat_v_q;
    sat_v3_q  <= sat_v2_q;
    sat_v4_q  <= sat_v3_q;
  end
  assign sat_v_o = sat_v4_q;
endmodule
