// ssm_silu_pwl: gate = silu(z) = z * sigmoid(x), x = z aligned to 12 fraction bits (17 bits, saturated by the caller).
//   sigmoid by 64 segments of width 1/8 on [0, 8), 1 beyond, 1 - sigmoid(-x) on the negative side;
//   gate = round(z * sigmoid / 2^(OperandBits-1)), 18 bits signed; without z (has_z_i = 0) gate = 1.0 = 2^16
// Latency 3 (table, line, product), one result per cycle, no stall. hls counterpart: silu_gate.
module ssm_silu_pwl #(
  parameter int unsigned OperandBits = 8
) (
  input  logic                         clk_i,
  input  logic                         has_z_i,
  input  logic [OperandBits-1:0]       z_i,
  input  logic [ssm_pkg::XBits-1:0]    x_i,
  output logic [ssm_pkg::GateBits-1:0] gate_o
);
  localparam int unsigned ResidualBits = 9;
  localparam int unsigned IndexBits    = 6;
  localparam int unsigned SlopeBits    = 14;
  localparam int unsigned LineShift    = 10;
  localparam int unsigned BaseBits     = 18;
  localparam int unsigned ProductBits  = OperandBits + ssm_pkg::SigmoidBits + 1;
  localparam logic [ssm_pkg::SigmoidBits-1:0] One = {1'b1, {(ssm_pkg::SigmoidBits - 1){1'b0}}};

  logic                              negative, negative_q, beyond, beyond_q, has_z_q, has_z2_q;
  logic [ssm_pkg::XBits-1:0]         magnitude;
  logic [IndexBits-1:0]              index;
  logic [31:0]                       word_q;
  logic [ResidualBits-1:0]           residual_q;
  logic [OperandBits-1:0]            z_q, z2_q;
  logic [SlopeBits+ResidualBits-1:0] line;
  logic [ssm_pkg::SigmoidBits-1:0]   positive, sigmoid_q;
  logic signed [ProductBits-1:0]     product;
  logic [ProductBits-1:0]            rounded;

  assign negative  = x_i[ssm_pkg::XBits-1];
  assign magnitude = negative ? -x_i : x_i;
  assign beyond    = |magnitude[ssm_pkg::XBits-1:ResidualBits+IndexBits];
  assign index     = magnitude[ResidualBits+IndexBits-1:ResidualBits];
  assign line      = word_q[31:BaseBits] * residual_q;
  assign positive  = beyond_q ? One
                   : word_q[ssm_pkg::SigmoidBits-1:0]
                     + ssm_pkg::SigmoidBits'(line[SlopeBits+ResidualBits-1:LineShift]);
  assign product   = $signed(z2_q) * $signed({1'b0, sigmoid_q});
  assign rounded   = product + (ProductBits'(1) << (OperandBits - 2));

  always_ff @(posedge clk_i) begin
    word_q     <= ssm_pwl_tables_pkg::SigmoidPwlTable[{index, 5'd0} +: 32];
    residual_q <= magnitude[ResidualBits-1:0];
    negative_q <= negative;
    beyond_q   <= beyond;
    z_q        <= z_i;
    has_z_q    <= has_z_i;
    sigmoid_q  <= negative_q ? One - positive : positive;
    z2_q       <= z_q;
    has_z2_q   <= has_z_q;
    gate_o     <= has_z2_q ? ssm_pkg::GateBits'(rounded[ProductBits-1:OperandBits-1])
                           : ssm_pkg::GateBits'(One);
  end
endmodule
