// ssm_gemm_finish: bias and epilogue of one output channel.
//   a = clamp32( acc + bias );  none: y = clamp8 or clamp16( a >> shift );  residual: y = clamp16( r + (a >> shift) );  raw: y = a
//   silu: v = clamp17( a*2^16 >> align ), y = clamp8( (v * sigmoid(v) >> 12) >> shift_out );  every >> rounds half up
// Latency 5 for every kind (bias, shift, table, line, product), y_o combinational from registers, one result per cycle, no
// stall; stage s moves with enable_i[s]. sat_o: a clamp on the way changed the value (that of v counts from above only). hls counterpart: gemm_finish.
module ssm_gemm_finish (
  input  logic                                  clk_i,
  input  logic [ssm_gemm_pkg::FinishLatency-1:0] enable_i,
  input  logic [ssm_gemm_pkg::FinishBits-1:0]   finish_i,
  input  logic [ssm_gemm_pkg::ParamBits-1:0]    param_i,     // bias, shift, align from bit 0 upwards
  input  logic [ssm_gemm_pkg::AccBits-1:0]      acc_i,
  input  logic [ssm_gemm_pkg::ResidualBits-1:0] residual_i,
  output logic [ssm_gemm_pkg::AccBits-1:0]      y_o,
  output logic                                  sat_o
);
  localparam int unsigned AccBits     = ssm_gemm_pkg::AccBits;
  localparam int unsigned ShiftBits   = ssm_gemm_pkg::ShiftBits;
  localparam int unsigned AlignBits   = ssm_gemm_pkg::AlignBits;
  localparam int unsigned XBits       = ssm_pkg::XBits;
  localparam int unsigned ProductBits = XBits + ssm_pkg::SigmoidBits;
  localparam int unsigned SiluShift   = 12;
  localparam int unsigned SiluBits    = ProductBits - SiluShift;

  // What travels with a value. Plain vectors in the array, one struct per stage that reads members: Yosys 0.55 loses the
  // members of an array of structs.
  logic [ssm_gemm_pkg::FinishBits-1:0] finish_q [6];
  ssm_gemm_pkg::finish_t finish0, finish2, finish5;
  assign finish0 = finish_q[0];
  assign finish2 = finish_q[2];
  assign finish5 = finish_q[5];

  // 1: bias.
  logic signed [AccBits-1:0] biased_q;
  logic [5:1]              sat_bias_q;
  logic [ShiftBits-1:0]    shift_q;
  logic [AlignBits-1:0]    align_q;
  logic [ssm_gemm_pkg::ResidualBits-1:0] residual_q, residual2_q;

  // {clamp changed the value, value}; functions, so that a simulator computes them for enabled stages only.
  function automatic logic [AccBits:0] biased(input logic signed [AccBits-1:0] acc, input logic signed [AccBits-1:0] bias);
    logic signed [AccBits:0] sum;
    sum    = (AccBits + 1)'(acc) + (AccBits + 1)'(bias);
    biased = sum[AccBits] != sum[AccBits-1] ? {1'b1, sum[AccBits], {(AccBits - 1){!sum[AccBits]}}}
                                            : {1'b0, sum[AccBits-1:0]};
  endfunction

  // 2: shift to the output's scale and to the sigmoid's.
  logic                      shift_unused, clamped_v;
  logic [AccBits-1:0]        rounded, rounded_q;
  logic [XBits-1:0]          v, v_q, v2_q, v3_q;
  logic [5:2]                sat_v_q;

  ssm_round_shift #(.InBits(AccBits), .OutBits(AccBits)) u_round_y (
    .value_i(biased_q), .shift_i(ssm_pkg::ShiftBits'(shift_q)), .value_o(rounded), .saturated_o(shift_unused)
  );
  ssm_round_shift #(.InBits(AccBits + ssm_pkg::ShiftBias), .OutBits(XBits)) u_align_v (
    .value_i({biased_q, {ssm_pkg::ShiftBias{1'b0}}}), .shift_i(align_q), .value_o(v), .saturated_o(clamped_v)
  );

  // 3: without sigmoid the value is complete; it waits for the others.
  logic [AccBits-1:0]      direct_q [3];
  logic [2:0]              sat_direct_q;

  function automatic logic [AccBits:0] direct(
    input logic signed [AccBits-1:0] value, input logic signed [ssm_gemm_pkg::ResidualBits-1:0] residual,
    input logic [1:0] kind, input logic wide
  );
    logic signed [AccBits:0] whole;
    logic                    high8, high16;
    whole  = (AccBits + 1)'(value) + (kind == ssm_gemm_pkg::KindResidual ? (AccBits + 1)'(residual) : '0);
    high8  = whole[AccBits:7] != {(AccBits - 6){whole[AccBits]}};
    high16 = whole[AccBits:15] != {(AccBits - 14){whole[AccBits]}};
    direct = {1'b0, whole[AccBits-1:0]};
    if (kind != ssm_gemm_pkg::KindRaw) begin
      if (wide || kind == ssm_gemm_pkg::KindResidual) begin
        if (high16) direct = {1'b1, {(AccBits - 15){whole[AccBits]}}, {15{!whole[AccBits]}}};
      end else if (high8) begin
        direct = {1'b1, {(AccBits - 7){whole[AccBits]}}, {7{!whole[AccBits]}}};
      end
    end
  endfunction

  // 3 to 5: sigmoid and its product.
  logic [ssm_pkg::SigmoidBits-1:0] sigmoid;
  logic signed [ProductBits-1:0]   product_q;
  logic [ProductBits-1:0]          product_rounded;
  logic [7:0]                      silu;
  logic                            sat_silu, is_silu;

  ssm_sigmoid_pwl u_sigmoid_pwl (.clk_i, .enable_i(enable_i[3:2]), .x_i(v_q), .sigmoid_o(sigmoid));

  assign product_rounded = product_q + (ProductBits'(1) << (SiluShift - 1));
  ssm_round_shift #(.InBits(SiluBits), .OutBits(8)) u_round_silu (
    .value_i(product_rounded[ProductBits-1:SiluShift]), .shift_i(ssm_pkg::ShiftBits'(finish5.shift_out)),
    .value_o(silu), .saturated_o(sat_silu)
  );

  assign finish_q[0] = finish_i;
  always_ff @(posedge clk_i) begin
    for (int unsigned s = 0; s < 5; s++) if (enable_i[s]) finish_q[s+1] <= finish_q[s];
    for (int unsigned s = 1; s < 5; s++) if (enable_i[s]) sat_bias_q[s+1] <= sat_bias_q[s];
    for (int unsigned s = 2; s < 5; s++) if (enable_i[s]) sat_v_q[s+1] <= sat_v_q[s];
    if (enable_i[0]) begin
      {sat_bias_q[1], biased_q} <= biased(acc_i, param_i[AccBits-1:0]);
      // Logits keep the accumulator's scale.
      shift_q    <= finish0.kind == ssm_gemm_pkg::KindRaw ? '0 : param_i[AccBits +: ShiftBits];
      align_q    <= param_i[AccBits+ShiftBits +: AlignBits];
      residual_q <= residual_i;
    end
    if (enable_i[1]) begin
      residual2_q <= residual_q;
      rounded_q   <= rounded;
      v_q         <= v;
      sat_v_q[2]  <= clamped_v && !v[XBits-1];
    end
    if (enable_i[2]) begin
      {sat_direct_q[0], direct_q[0]} <= direct(rounded_q, residual2_q, finish2.kind, finish2.wide);
      v2_q                           <= v_q;
    end
    if (enable_i[3]) begin
      {sat_direct_q[1], direct_q[1]} <= {sat_direct_q[0], direct_q[0]};
      v3_q                           <= v2_q;
    end
    if (enable_i[4]) begin
      {sat_direct_q[2], direct_q[2]} <= {sat_direct_q[1], direct_q[1]};
      product_q                      <= $signed(v3_q) * $signed({1'b0, sigmoid});
    end
  end

  assign is_silu = finish5.kind == ssm_gemm_pkg::KindSilu;
  assign y_o     = is_silu ? AccBits'($signed(silu)) : direct_q[2];
  assign sat_o   = sat_bias_q[5] || (is_silu ? sat_v_q[5] || sat_silu : sat_direct_q[2]);
endmodule
