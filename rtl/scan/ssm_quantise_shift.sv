// ssm_quantise_shift: the 8-bit output quantiser, q = clamp8( y >> shift ), rounded half up. Latency 1, no stall.
// Behind ssm_gate_silu when the design point's output_bits is 8. hls counterpart: quantise_shift.
module ssm_quantise_shift (
  input  logic                      clk_i,
  input  logic [3:0]                shift_i,
  input  logic [ssm_pkg::YBits-1:0] y_i,
  output logic [7:0]                q_o,
  output logic                      saturated_o
);
  logic [7:0] q;
  logic       saturated;

  ssm_round_shift #(.InBits(ssm_pkg::YBits), .OutBits(8)) u_round (
    .value_i(y_i), .shift_i(ssm_pkg::ShiftBits'(shift_i)), .value_o(q), .saturated_o(saturated)
  );
  always_ff @(posedge clk_i) begin
    q_o         <= q;
    saturated_o <= saturated;
  end
endmodule
