// ssm_segment_check: which segments of a piecewise-linear table were read, and both ends of its argument, as bins
// "segments/<table>.<segment>": an integer, beyond (past the last one), least, greatest.
module ssm_segment_check #(
  parameter string       Table    = "",
  parameter int unsigned Segments = 8,
  parameter bit          Beyond   = 1'b0  // the table has an argument past its last segment
) (
  input logic        clk_i,
  input logic        valid_i,
  input logic [31:0] segment_i,  // Segments and more: beyond
  input logic        least_i,
  input logic        greatest_i
);
  logic [Segments:0] seen_q;
  logic [1:0]        ends_q;
  logic [31:0]       at;
  assign at = segment_i < Segments ? segment_i : Segments;

  function automatic string segment_name(input int unsigned segment);
    segment_name = segment == Segments ? "beyond" : $sformatf("%0d", segment);
  endfunction

  initial begin
    seen_q = '0;
    ends_q = '0;
    for (int unsigned i = 0; i < Segments + int'(Beyond); i++)
      ssm_check_pkg::scansim_rtl_bin("segments", Table, segment_name(i), 0);
    ssm_check_pkg::scansim_rtl_bin("segments", Table, "least", 0);
    ssm_check_pkg::scansim_rtl_bin("segments", Table, "greatest", 0);
  end
  always_ff @(posedge clk_i) begin
    if (valid_i && (Beyond || segment_i < Segments) && !seen_q[at]) begin
      seen_q[at] <= 1'b1;
      ssm_check_pkg::scansim_rtl_bin("segments", Table, segment_name(at), 1);
    end
    if (valid_i && least_i && !ends_q[0]) begin
      ends_q[0] <= 1'b1;
      ssm_check_pkg::scansim_rtl_bin("segments", Table, "least", 1);
    end
    if (valid_i && greatest_i && !ends_q[1]) begin
      ends_q[1] <= 1'b1;
      ssm_check_pkg::scansim_rtl_bin("segments", Table, "greatest", 1);
    end
  end
endmodule

// Of the slow decays, the last segment, each line: behind the others.
bind ssm_exp_pwl ssm_segment_check #(
  .Table(Segments == 64 ? "exp_pwl 64" : Segments == 32 ? "exp_pwl 32" : Segments == 16 ? "exp_pwl 16" : "exp_pwl 8"),
  .Segments(Segments - 1 + (1 << ssm_pkg::ExpSlowBits))
) u_check (
  .clk_i(clk_i), .valid_i(enable_i[0] && !one_i && !zero_i),
  .segment_i(exponent_ni[ssm_pkg::ExponentFrac-1 -: $clog2(Segments)] == '1
             ? 32'(Segments - 1) + 32'(exponent_ni[ResidualBits-1 -: ssm_pkg::ExpSlowBits])
             : 32'(exponent_ni[ssm_pkg::ExponentFrac-1 -: $clog2(Segments)])),
  .least_i(exponent_ni == '1), .greatest_i(exponent_ni == '0)
);

bind ssm_softplus_pwl ssm_segment_check #(.Table("softplus_pwl"), .Segments(192), .Beyond(1'b1)) u_check (
  .clk_i(clk_i), .valid_i(softplus_i), .segment_i(32'(index)), .least_i(offset == '0), .greatest_i(offset == '1)
);

bind ssm_sigmoid_pwl ssm_segment_check #(.Table("sigmoid_pwl"), .Segments(128), .Beyond(1'b1)) u_check (
  .clk_i(clk_i), .valid_i(enable_i[0]), .segment_i(32'(magnitude[ssm_pkg::XBits-1:ResidualBits])),
  .least_i(magnitude[ssm_pkg::XBits-1]), .greatest_i(!negative && magnitude[ssm_pkg::XBits-2:0] == '1)
);

bind ssm_rms_norm_scale ssm_segment_check #(.Table("rsqrt_pwl"), .Segments(96)) u_check (
  .clk_i(clk_i), .valid_i(mantissa_q[MantissaBits-1 -: 2] != 2'd0), .segment_i(32'(segment)),
  .least_i(mantissa_q == MantissaBits'(1) << (MantissaBits - 2)), .greatest_i(mantissa_q == '1)
);
