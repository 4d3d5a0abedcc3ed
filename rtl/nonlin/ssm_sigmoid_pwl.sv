// ssm_sigmoid_pwl: sigmoid(x), x 17 bits signed with 12 fraction bits; value 17 bits unsigned, 2^16 stands for 1.
//   128 segments of width 1/8 on [0, 16), 1 at 16, 1 - sigmoid(-x) on the negative side
// Latency 2 (table, line), one result per cycle, no stall; stage s moves with enable_i[s]. Choose ssm_silu_pwl where
// z * sigmoid(x) at the gate's format is wanted. hls counterpart: sigmoid_pwl.
module ssm_sigmoid_pwl (
  input  logic                            clk_i,
  input  logic [1:0]                      enable_i,
  input  logic [ssm_pkg::XBits-1:0]       x_i,
  output logic [ssm_pkg::SigmoidBits-1:0] sigmoid_o
);
  localparam int unsigned ResidualBits = 9;
  localparam int unsigned IndexBits    = 7;
  localparam int unsigned SlopeBits    = 14;
  localparam int unsigned LineShift    = 10;
  localparam int unsigned BaseBits     = 18;
  localparam int unsigned LineBits     = SlopeBits + ResidualBits;
  localparam logic [ssm_pkg::SigmoidBits-1:0] One = {1'b1, {(ssm_pkg::SigmoidBits - 1){1'b0}}};

  logic                            negative, negative_q, beyond_q;
  logic [ssm_pkg::XBits-1:0]       magnitude;
  logic [31:0]                     word_q;
  logic [ResidualBits-1:0]         residual_q;
  logic [ssm_pkg::SigmoidBits-1:0] sigmoid_q;

  assign negative  = x_i[ssm_pkg::XBits-1];
  assign magnitude = negative ? -x_i : x_i;

  // Of the magnitude; a function, so that a simulator computes it for an enabled stage only.
  function automatic logic [ssm_pkg::SigmoidBits-1:0] positive(
    input logic [31:0] word, input logic [ResidualBits-1:0] residual, input logic beyond
  );
    logic [LineBits-1:0] line;
    line     = word[31:BaseBits] * residual;
    positive = beyond ? One : word[ssm_pkg::SigmoidBits-1:0] + ssm_pkg::SigmoidBits'(line[LineBits-1:LineShift]);
  endfunction

  always_ff @(posedge clk_i) begin
    if (enable_i[0]) begin
      word_q     <= ssm_pwl_tables_pkg::SigmoidPwlTable[{magnitude[ResidualBits+IndexBits-1:ResidualBits], 5'd0} +: 32];
      residual_q <= magnitude[ResidualBits-1:0];
      negative_q <= negative;
      beyond_q   <= magnitude[ssm_pkg::XBits-1];
    end
    if (enable_i[1]) begin
      sigmoid_q <= negative_q ? One - positive(word_q, residual_q, beyond_q) : positive(word_q, residual_q, beyond_q);
    end
  end
  assign sigmoid_o = sigmoid_q;
endmodule
