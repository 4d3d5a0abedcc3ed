// ssm_exp_pwl: decay a = 2^-e, e with 12 fraction bits (17 bits), a with 16 fraction bits (0..65536).
//   e = I + f;  m = base[f] - round(slope[f] * r / 2^4);  a = round(m / 2^I)
// Latency 3 (table, line, shift), one result per cycle, no stall. Choose Segments for accuracy: up to 64 cost the same
// LUTs per table bit. The line's product is summed in fabric so that it takes no DSP. hls counterpart: exp_pwl.
module ssm_exp_pwl #(
  parameter int unsigned Segments = 64
) (
  input  logic                             clk_i,
  input  logic [ssm_pkg::ExponentBits-1:0] exponent_i,
  output logic [ssm_pkg::DecayBits-1:0]    decay_o
);
  localparam int unsigned IndexBits    = $clog2(Segments);
  localparam int unsigned ResidualBits = ssm_pkg::ExponentFrac - IndexBits;
  localparam int unsigned SlopeBits    = 8;
  localparam int unsigned LineShift    = 4;
  localparam int unsigned WholeBits    = ssm_pkg::ExponentBits - ssm_pkg::ExponentFrac;
  localparam int unsigned LineBits     = SlopeBits + ResidualBits;

  logic [31:0]                   word, word_q;
  logic [IndexBits-1:0]          index;
  logic [ResidualBits-1:0]       residual_q;
  logic [WholeBits-1:0]          whole_q, whole2_q;
  logic [LineBits-1:0]           line;
  logic [ssm_pkg::DecayBits-1:0] mantissa_q;
  logic [ssm_pkg::DecayBits:0]   shifted;

  assign index = exponent_i[ssm_pkg::ExponentFrac-1 -: IndexBits];

  generate
    if (Segments == 64) begin : gen_table_64
      assign word = ssm_pwl_tables_pkg::ExpPwlTable64[{index, 5'b0} +: 32];
    end else if (Segments == 32) begin : gen_table_32
      assign word = ssm_pwl_tables_pkg::ExpPwlTable32[{index, 5'b0} +: 32];
    end else if (Segments == 16) begin : gen_table_16
      assign word = ssm_pwl_tables_pkg::ExpPwlTable16[{index, 5'b0} +: 32];
    end else begin : gen_table_8
      assign word = ssm_pwl_tables_pkg::ExpPwlTable8[{index, 5'b0} +: 32];
    end
  endgenerate

  // slope * r + 2^3, one addition per residual bit.
  always_comb begin
    line = LineBits'(1) << (LineShift - 1);
    for (int unsigned i = 0; i < ResidualBits; i++) begin
      if (residual_q[i]) line = line + (LineBits'(word_q[20 +: SlopeBits]) << i);
    end
  end

  assign shifted = {mantissa_q, 1'b0} >> whole2_q;

  always_ff @(posedge clk_i) begin
    word_q     <= word;
    residual_q <= exponent_i[ResidualBits-1:0];
    whole_q    <= exponent_i[ssm_pkg::ExponentBits-1:ssm_pkg::ExponentFrac];
    mantissa_q <= word_q[ssm_pkg::DecayBits-1:0] - ssm_pkg::DecayBits'(line[LineBits-1:LineShift]);
    whole2_q   <= whole_q;
    decay_o    <= shifted[ssm_pkg::DecayBits:1] + ssm_pkg::DecayBits'(shifted[0]);
  end
endmodule
