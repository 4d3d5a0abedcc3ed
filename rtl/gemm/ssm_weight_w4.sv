// ssm_weight_w4: one 4-bit weight times its multiplier: w_o = clamp_s8(w_i * m_i), as hls/gemm/weight_w4.h.
// Contract: combinational; of multipliers 1..16 nothing is clamped. Sums of shifted multipliers, so that no tool spends a DSP
// block on it.
module ssm_weight_w4 (
  input  logic [3:0] w_i,  // signed
  input  logic [4:0] m_i,
  output logic [7:0] w_o   // signed
);
  logic signed [8:0] m, low, high, product;

  assign m       = $signed({4'b0, m_i});
  assign low     = (w_i[0] ? m : '0) + (w_i[1] ? m <<< 1 : '0);
  assign high    = (w_i[2] ? m : '0) - (w_i[3] ? m <<< 1 : '0);
  assign product = low + (high <<< 2);
  assign w_o     = product[8] == product[7] ? product[7:0] : {product[8], {7{!product[8]}}};
endmodule
