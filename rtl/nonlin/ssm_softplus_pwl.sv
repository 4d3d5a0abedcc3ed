// ssm_softplus_pwl: dt = log(1 + e^x) by 192 segments of width 1/8 on [-16, 8), dt = x above; with softplus_i = 0
// dt = max(x, 0). x signed 17 bits, 12 fraction bits; dt unsigned 26 bits, 22 fraction bits.
// Latency 2 (table, line), one result per cycle, no stall. hls counterpart: softplus_pwl.
module ssm_softplus_pwl (
  input  logic                       clk_i,
  input  logic                       softplus_i,
  input  logic [ssm_pkg::XBits-1:0]  x_i,
  output logic [ssm_pkg::DtBits-1:0] dt_o
);
  localparam int unsigned ResidualBits = 9;
  localparam int unsigned IndexBits    = ssm_pkg::XBits - ResidualBits;
  localparam int unsigned SlopeBits    = 18;
  localparam int unsigned LineShift    = 8;
  localparam int unsigned Align        = ssm_pkg::DtFrac - ssm_pkg::XFrac;

  logic [ssm_pkg::XBits-1:0]                 offset;
  logic [IndexBits-1:0]                      index;
  logic                                      beyond;
  logic [ssm_pkg::DtBits-1:0]                base_q;
  logic [SlopeBits-1:0]                      slope_q;
  logic [ResidualBits-1:0]                   residual_q;
  logic [ssm_pkg::XBits-2:0]                 x_q;
  logic                                      linear_q, zero_q;
  logic [SlopeBits+ResidualBits-1:0]         line;

  // x + 16 in the same fixed point: flip the sign bit. Segments end at 8, index 192.
  assign offset = {!x_i[ssm_pkg::XBits-1], x_i[ssm_pkg::XBits-2:0]};
  assign index  = offset[ssm_pkg::XBits-1:ResidualBits];
  assign beyond = index[IndexBits-1:IndexBits-2] == 2'b11;
  assign line   = slope_q * residual_q;

  always_ff @(posedge clk_i) begin
    base_q     <= ssm_pwl_tables_pkg::SoftplusPwlTable[{beyond ? IndexBits'(0) : index, 6'd0} +: ssm_pkg::DtBits];
    slope_q    <= ssm_pwl_tables_pkg::SoftplusPwlTable[{beyond ? IndexBits'(0) : index, 6'd32} +: SlopeBits];
    residual_q <= offset[ResidualBits-1:0];
    x_q        <= x_i[ssm_pkg::XBits-2:0];
    linear_q   <= beyond || !softplus_i;
    zero_q     <= !softplus_i && x_i[ssm_pkg::XBits-1];
    dt_o       <= zero_q ? '0
                : linear_q ? {x_q, {Align{1'b0}}}
                : base_q + ssm_pkg::DtBits'(line[SlopeBits+ResidualBits-1:LineShift]);
  end
endmodule
