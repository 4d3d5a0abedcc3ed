// ssm_exp_pwl: decay a = 2^-e, e with 12 fraction bits (17 bits), a with 16 fraction bits (0..65536).
//   e = I + f;  m = base[f] - round(slope[f] * r / 2^4);  a = round(m / 2^I)
// Latency 3 (table, line, shift), one result per cycle, no stall; stage s moves with enable_i[s]. Choose Segments for
// accuracy: up to 64 cost the same LUTs per table bit. The line's product is summed in fabric so that it takes no DSP. hls counterpart: exp_pwl.
module ssm_exp_pwl #(
  parameter int unsigned Segments = 64
) (
  input  logic                             clk_i,
  input  logic [2:0]                       enable_i,
  input  logic [ssm_pkg::ExponentBits-1:0] exponent_i,
  output logic [ssm_pkg::DecayBits-1:0]    decay_o
);
  localparam int unsigned IndexBits    = $clog2(Segments);
  localparam int unsigned ResidualBits = ssm_pkg::ExponentFrac - IndexBits;
  localparam int unsigned SlopeBits    = 8;
  localparam int unsigned LineShift    = 4;
  localparam int unsigned WholeBits    = ssm_pkg::ExponentBits - ssm_pkg::ExponentFrac;
  localparam int unsigned LineBits     = SlopeBits + ResidualBits;

  logic [31:0]                   word_q;
  logic [IndexBits-1:0]          index;
  logic [ResidualBits-1:0]       residual_q;
  logic [WholeBits-1:0]          whole_q, whole2_q;
  logic [ssm_pkg::DecayBits-1:0] mantissa_q;

  assign index = exponent_i[ssm_pkg::ExponentFrac-1 -: IndexBits];

  generate
    if (Segments == 64) begin : gen_table_64
      always_ff @(posedge clk_i) if (enable_i[0]) word_q <= ssm_pwl_tables_pkg::ExpPwlTable64[{index, 5'b0} +: 32];
    end else if (Segments == 32) begin : gen_table_32
      always_ff @(posedge clk_i) if (enable_i[0]) word_q <= ssm_pwl_tables_pkg::ExpPwlTable32[{index, 5'b0} +: 32];
    end else if (Segments == 16) begin : gen_table_16
      always_ff @(posedge clk_i) if (enable_i[0]) word_q <= ssm_pwl_tables_pkg::ExpPwlTable16[{index, 5'b0} +: 32];
    end else begin : gen_table_8
      always_ff @(posedge clk_i) if (enable_i[0]) word_q <= ssm_pwl_tables_pkg::ExpPwlTable8[{index, 5'b0} +: 32];
    end
  endgenerate

  // Functions, so that a simulator computes them for enabled stages only.
  // (slope * r + 2^3) >> 4, one addition per residual bit.
  function automatic logic [ssm_pkg::DecayBits-1:0] descent(
    input logic [SlopeBits-1:0] slope, input logic [ResidualBits-1:0] residual
  );
    logic [LineBits-1:0] line;
    line = LineBits'(1) << (LineShift - 1);
    for (int unsigned i = 0; i < ResidualBits; i++) begin
      if (residual[i]) line = line + (LineBits'(slope) << i);
    end
    descent = ssm_pkg::DecayBits'(line[LineBits-1:LineShift]);
  endfunction
  function automatic logic [ssm_pkg::DecayBits-1:0] rounded(
    input logic [ssm_pkg::DecayBits-1:0] mantissa, input logic [WholeBits-1:0] whole
  );
    logic [ssm_pkg::DecayBits:0] shifted;
    shifted = {mantissa, 1'b0} >> whole;
    rounded = shifted[ssm_pkg::DecayBits:1] + ssm_pkg::DecayBits'(shifted[0]);
  endfunction

  always_ff @(posedge clk_i) begin
    if (enable_i[0]) begin
      residual_q <= exponent_i[ResidualBits-1:0];
      whole_q    <= exponent_i[ssm_pkg::ExponentBits-1:ssm_pkg::ExponentFrac];
    end
    if (enable_i[1]) begin
      mantissa_q <= word_q[ssm_pkg::DecayBits-1:0] - descent(word_q[20 +: SlopeBits], residual_q);
      whole2_q   <= whole_q;
    end
    if (enable_i[2]) decay_o <= rounded(mantissa_q, whole2_q);
  end
endmodule
