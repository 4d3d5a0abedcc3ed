// ssm_rms_norm_scale: reciprocal square root of a row's sum of squares, with the row's output shift.
//   z = leading zeros of q, rounded down to even;  m = top 18 bits of q << z;  r = rsqrt_pwl(m) = 2^16 sqrt(2^16 / m)
//   k = 39 - z / 2;  amount = clamp( shift + k , 0 , 62 );   1 / sqrt(q) = r 2^-k
// q at least 1. Latency 4 (zeros, mantissa, table, line), one row per cycle, no stall. hls counterpart: rms_norm_scale,
// rms_norm_shift.
module ssm_rms_norm_scale (
  input  logic                                    clk_i,
  input  logic [ssm_unit_pkg::NormSumBits-1:0]   q_i,
  input  logic [ssm_unit_pkg::NormShiftBits-1:0] shift_i,
  output logic [ssm_unit_pkg::RsqrtBits-1:0]     r_o,
  output logic [ssm_pkg::ShiftBits-1:0]           amount_o
);
  localparam int unsigned SumBits      = ssm_unit_pkg::NormSumBits;
  localparam int unsigned MantissaBits = ssm_unit_pkg::MantissaBits;
  localparam int unsigned ZerosBits    = ssm_unit_pkg::ZerosBits;
  localparam int unsigned RsqrtBits    = ssm_unit_pkg::RsqrtBits;
  localparam int unsigned ResidualBits = 11;
  localparam int unsigned IndexBits    = MantissaBits - ResidualBits;
  localparam int unsigned SlopeBits    = 12;
  localparam int unsigned LineShift    = 13;
  localparam int unsigned LineBits     = SlopeBits + ResidualBits;
  localparam int unsigned SignedBits   = ssm_unit_pkg::NormShiftBits + 1;
  localparam int unsigned MaxExponent  = 39;
  localparam int unsigned MaxAmount    = 62;

  // 1: pairs of leading zeros.
  logic [SumBits-1:0]   q_q;
  logic [ZerosBits-2:0] pairs, pairs_q;
  always_comb begin
    pairs = '0;
    for (int unsigned i = 0; i < SumBits / 2; i++) begin
      if (q_i[2*i +: 2] != 2'd0) pairs = (ZerosBits - 1)'(SumBits / 2 - 1 - i);
    end
  end

  // 2: mantissa and exponent.
  logic [SumBits-1:0]              normal;
  logic [MantissaBits-1:0]         mantissa_q;
  logic signed [SignedBits-1:0]    shift_q, amount_q;
  logic [ssm_pkg::ShiftBits-1:0]   clamped, clamped_q, clamped2_q;
  assign normal = q_q << {pairs_q, 1'b0};

  // 3, 4: table and line. The first of the 96 segments is the one of m = 2^16.
  logic [IndexBits-1:0]    segment;
  logic [31:0]             word_q;
  logic [ResidualBits-1:0] residual_q;
  logic [LineBits-1:0]     line;
  logic [RsqrtBits-1:0]    r_q;
  assign segment = mantissa_q[MantissaBits-1:ResidualBits] - IndexBits'(32);
  assign line    = word_q[RsqrtBits +: SlopeBits] * residual_q + LineBits'(1 << (LineShift - 1));

  always_comb begin
    clamped = amount_q[ssm_pkg::ShiftBits-1:0];
    if (amount_q < 0) clamped = '0;
    else if (amount_q > $signed(SignedBits'(MaxAmount))) clamped = ssm_pkg::ShiftBits'(MaxAmount);
  end

  always_ff @(posedge clk_i) begin
    q_q        <= q_i;
    pairs_q    <= pairs;
    shift_q    <= SignedBits'($signed(shift_i));
    mantissa_q <= normal[SumBits-1 -: MantissaBits];
    amount_q   <= shift_q + $signed(SignedBits'(MaxExponent)) - $signed(SignedBits'(pairs_q));
    word_q     <= ssm_pwl_tables_pkg::RsqrtPwlTable[{segment, 5'd0} +: 32];
    residual_q <= mantissa_q[ResidualBits-1:0];
    clamped_q  <= clamped;
    r_q        <= word_q[RsqrtBits-1:0] - RsqrtBits'(line[LineBits-1:LineShift]);
    clamped2_q <= clamped_q;
  end
  assign r_o      = r_q;
  assign amount_o = clamped2_q;
endmodule
