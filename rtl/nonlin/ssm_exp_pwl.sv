// ssm_exp_pwl: decay a = 2^-(e - 1/2), e in units of 2^-18 from 1 to 2^22, taken as n = -e; a with 25 fraction bits.
//   n = ~I + f;  m = (base << 9) + 192 + slope * r >> 4, the line of f
//   a = m if I = 0, else round(m >> I) to 16 fraction bits
// Latency 3 (table, line, shift), one result per cycle, no stall; stage s moves with enable_i[s]; one_i with n makes
// a = 1 whatever n, else zero_i makes it 0. Choose Segments for accuracy: up to 64 cost the same LUTs per table bit;
// the last segment, the slow decays, has 16 bases. hls counterpart: exp_pwl.
module ssm_exp_pwl #(
  parameter int unsigned Segments = 64
) (
  input  logic                             clk_i,
  input  logic [2:0]                       enable_i,
  input  logic [ssm_pkg::ExponentBits-1:0] exponent_ni,  // n
  input  logic                             one_i,
  input  logic                             zero_i,
  output logic [ssm_pkg::DecayBits-1:0]    decay_o
);
  localparam int unsigned ResidualBits = ssm_pkg::ExponentFrac - $clog2(Segments);
  localparam int unsigned PlaceBits    = $clog2(Segments) + ssm_pkg::ExpSlowBits;
  localparam int unsigned BaseBits     = ssm_pkg::ExpBaseBits;
  localparam int unsigned SlopeBits    = ssm_pkg::ExpWordBits - BaseBits;
  localparam int unsigned ProductBits  = SlopeBits + ResidualBits;
  localparam int unsigned OffsetBits   = 9;
  localparam int unsigned LineShift    = 4;
  localparam int unsigned LineBits     = BaseBits + OffsetBits;
  localparam int unsigned WholeBits    = ssm_pkg::ExponentBits - ssm_pkg::ExponentFrac;
  localparam int unsigned MantissaBits = ssm_pkg::DecayBits - 1;
  localparam int unsigned CoarseBits   = 16;  // of a from I = 1 on
  localparam int unsigned FineBits     = MantissaBits - CoarseBits;
  localparam logic [OffsetBits-1:0] Offset = 9'd192;

  logic [ssm_pkg::ExpWordBits-1:0] word_d, word_q;
  logic [ResidualBits-1:0]         residual_q;
  logic [WholeBits-1:0]            whole_nq, whole2_nq;  // ~I
  logic                            one_q, one2_q, clear_q;
  logic [MantissaBits-1:0]         mantissa_q;

  ssm_exp_table #(.Segments(Segments)) u_exp_table (
    .place_i(exponent_ni[ssm_pkg::ExponentFrac-1 -: PlaceBits]), .word_o(word_d)
  );

  // Functions, so that a simulator computes them for enabled stages only.
  function automatic logic [ProductBits-1:0] rise(
    input logic [SlopeBits-1:0] slope, input logic [ResidualBits-1:0] residual
  );
`ifdef SYNTHESIS
    // In fabric, as DSPs are scarcer: two bits of the residual a row, which adds 0, 1, 2 or 3 slopes to what is above the
    // last row's two lowest bits. The adder's first operand is the sum: the choice of the row fits into its LUT.
    logic [SlopeBits+1:0]   three, row;
    logic [SlopeBits+2:0]   above;
    logic [ProductBits+2:0] line;
    logic [ResidualBits:0]  digits;
    three  = (SlopeBits + 2)'(slope) + {1'b0, slope, 1'b0};
    digits = {1'b0, residual};
    line   = '0;
    above  = '0;
    for (int unsigned i = 0; i < ResidualBits; i += 2) begin
      case (digits[i +: 2])
        2'd0: row = '0;
        2'd1: row = (SlopeBits + 2)'(slope);
        2'd2: row = {1'b0, slope, 1'b0};
        default: row = three;
      endcase
      above = {2'b00, above[SlopeBits+2:2]} + (SlopeBits + 3)'(row);
      line[i +: SlopeBits+3] = above;
    end
    rise = line[ProductBits-1:0];
`else
    // The same for a simulator, whose multiplication is one instruction: the machine runs 1.9 times as fast. The leaf test
    // compares both with hls for every exponent.
    rise = ProductBits'(slope) * ProductBits'(residual);
`endif
  endfunction
  function automatic logic [MantissaBits-1:0] mantissa(
    input logic [ssm_pkg::ExpWordBits-1:0] word, input logic [ResidualBits-1:0] residual
  );
    logic [LineBits-1:0] line;
    line     = {word[BaseBits-1:0], Offset} + LineBits'(rise(word[BaseBits +: SlopeBits], residual));
    mantissa = line[LineBits-1:LineShift];
  endfunction
  // From I = 1 on the fraction bits below 2^-17 are dropped and the rest is rounded.
  function automatic logic [MantissaBits-1:0] rounded(
    input logic [MantissaBits-1:0] m, input logic [WholeBits-1:0] whole_n
  );
    logic [CoarseBits:0] shifted;
    shifted = m[MantissaBits-1:FineBits-1] >> ~whole_n;
    rounded = {shifted[CoarseBits:1] + CoarseBits'(shifted[0] && whole_n != '1),
               whole_n == '1 ? m[FineBits-1:0] : FineBits'(0)};
  endfunction

  always_ff @(posedge clk_i) begin
    if (enable_i[0]) begin
      word_q     <= word_d;
      residual_q <= exponent_ni[ResidualBits-1:0];
      one_q      <= one_i;
      clear_q    <= one_i || zero_i;
      whole_nq   <= one_i ? '1 : exponent_ni[ssm_pkg::ExponentBits-1:ssm_pkg::ExponentFrac];
    end
    if (enable_i[1]) begin
      mantissa_q <= clear_q ? '0 : mantissa(word_q, residual_q);
      one2_q     <= one_q;
      whole2_nq  <= whole_nq;
    end
    if (enable_i[2]) decay_o <= {one2_q, rounded(mantissa_q, whole2_nq)};
  end
endmodule
