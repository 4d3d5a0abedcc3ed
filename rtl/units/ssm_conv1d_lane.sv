// ssm_conv1d_lane: one channel of the causal convolution.
//   u = finish( sum_{a < W} w[a] * taps[a] , bias ), finish = silu or requantise to 8 bits
// Taps and weights by age from bit 0 upwards; weights from W on contribute nothing. Latency 7 (product, sum, 5 of
// ssm_gemm_finish), u_o combinational from registers, one result per cycle, no stall; stage s moves with enable_i[s].
// hls counterpart: conv1d_silu.
module ssm_conv1d_lane (
  input  logic                                    clk_i,
  input  logic [ssm_unit_pkg::ConvLaneLatency-1:0] enable_i,
  input  logic                                    silu_i,
  input  logic [ssm_gemm_pkg::ShiftBits-1:0]      shift_out_i,
  input  logic [1:0]                              width_i,   // W - 1
  input  logic [ssm_unit_pkg::ConvParamBits-1:0] param_i,   // weights, bias, shift, align
  input  logic [ssm_unit_pkg::TapsBits-1:0]      taps_i,
  output logic [ssm_unit_pkg::ValueBits-1:0]     u_o,
  output logic                                    sat_o
);
  localparam int unsigned ValueBits   = ssm_unit_pkg::ValueBits;
  localparam int unsigned MaxWidth    = ssm_unit_pkg::MaxWidth;
  localparam int unsigned ProductBits = 2 * ValueBits;
  localparam int unsigned SumBits     = ProductBits + 2;
  localparam int unsigned FinishBits  = ssm_gemm_pkg::FinishBits;
  localparam int unsigned ParamBits   = ssm_gemm_pkg::ParamBits;

  logic signed [ProductBits-1:0]      product_q [MaxWidth];
  logic signed [SumBits-1:0]          sum_q;
  logic [ssm_unit_pkg::TapsBits-1:0] weights;
  logic [FinishBits-1:0]              finish, finish_q, finish2_q;
  logic [ParamBits-1:0]               param_q, param2_q;
  logic [ssm_gemm_pkg::AccBits-1:0]   y;

  assign finish = {silu_i ? ssm_gemm_pkg::KindSilu : ssm_gemm_pkg::KindNone, shift_out_i, 1'b0};

  always_comb begin
    for (int unsigned a = 0; a < MaxWidth; a++) begin
      weights[a*ValueBits +: ValueBits] = a <= 32'(width_i) ? param_i[a*ValueBits +: ValueBits] : '0;
    end
  end

  always_ff @(posedge clk_i) begin
    if (enable_i[0]) begin
      for (int unsigned a = 0; a < MaxWidth; a++) begin
        product_q[a] <= $signed(taps_i[a*ValueBits +: ValueBits]) * $signed(weights[a*ValueBits +: ValueBits]);
      end
      finish_q <= finish;
      param_q  <= param_i[ssm_unit_pkg::TapsBits +: ParamBits];
    end
    if (enable_i[1]) begin
      sum_q     <= (SumBits'(product_q[0]) + SumBits'(product_q[1])) + (SumBits'(product_q[2]) + SumBits'(product_q[3]));
      finish2_q <= finish_q;
      param2_q  <= param_q;
    end
  end

  ssm_gemm_finish u_gemm_finish (
    .clk_i, .enable_i(enable_i[6:2]), .finish_i(finish2_q), .param_i(param2_q), .acc_i(ssm_gemm_pkg::AccBits'(sum_q)), .residual_i('0),
    .y_o(y), .sat_o
  );
  assign u_o = y[ValueBits-1:0];
endmodule
