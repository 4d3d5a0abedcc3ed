// ssm_rms_norm_lane: y = clamp8( x * w * r >> amount ), rounded half up; sat_o: the clamp changed the value.
// Latency 3 (product, product, shift), outputs are registers, one result per cycle, no stall. r and amount with x and w.
// hls counterpart: rms_norm_value.
module ssm_rms_norm_lane (
  input  logic                                clk_i,
  input  logic [ssm_unit_pkg::NormBits-1:0]  x_i,
  input  logic [ssm_unit_pkg::NormBits-1:0]  w_i,
  input  logic [ssm_unit_pkg::RsqrtBits-1:0] r_i,
  input  logic [ssm_pkg::ShiftBits-1:0]       amount_i,
  output logic [ssm_unit_pkg::ValueBits-1:0] y_o,
  output logic                                sat_o
);
  localparam int unsigned XwBits      = 2 * ssm_unit_pkg::NormBits;
  localparam int unsigned ProductBits = XwBits + ssm_unit_pkg::RsqrtBits;

  logic signed [XwBits-1:0]            xw_q;
  logic signed [ProductBits-1:0]       product_q;
  logic [ssm_unit_pkg::RsqrtBits-1:0] r_q;
  logic [ssm_pkg::ShiftBits-1:0]       amount_q, amount2_q;
  logic [ssm_unit_pkg::ValueBits-1:0] y;
  logic                                sat;

  ssm_round_shift #(.InBits(ProductBits), .OutBits(ssm_unit_pkg::ValueBits)) u_round_y (
    .value_i(product_q), .shift_i(amount2_q), .value_o(y), .saturated_o(sat)
  );

  always_ff @(posedge clk_i) begin
    xw_q      <= $signed(x_i) * $signed(w_i);
    r_q       <= r_i;
    amount_q  <= amount_i;
    product_q <= xw_q * $signed({1'b0, r_q});
    amount2_q <= amount_q;
    y_o       <= y;
    sat_o     <= sat;
  end
endmodule
