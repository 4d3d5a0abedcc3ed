// ssm_delta_lane: one channel of delta_softplus.
//   x = clamp( delta << 16 >> sh_delta + bias << 16 >> sh_bias );  dt = softplus(x)
//   dt2 = clamp( dt * log2(e) >> sh_dt2 );  du = clamp( dt * u >> sh_du ), with plain_i dt = 1;  skip = clamp( D * u << 16 >> sh_skip )
// Operands come in cycle 0, results and saturation marks are valid in cycle 4; no stall. hls counterpart: delta_softplus.
module ssm_delta_lane #(
  parameter int unsigned OperandBits = 8,
  parameter int unsigned DuBits = 24,
  parameter int unsigned AccBits = 32,
  parameter bit          Plain = 1'b0  // plain_i means something
) (
  input  logic                          clk_i,
  input  logic                          softplus_i,
  input  logic                          plain_i,     // cycle 3
  input  logic [ssm_pkg::ShiftBits-1:0] sh_delta_i,
  input  logic [ssm_pkg::ShiftBits-1:0] sh_bias_i,
  input  logic [ssm_pkg::ShiftBits-1:0] sh_dt2_i,
  input  logic [ssm_pkg::ShiftBits-1:0] sh_du_i,
  input  logic [ssm_pkg::ShiftBits-1:0] sh_skip_i,
  input  logic [OperandBits-1:0]        delta_i,
  input  logic [OperandBits-1:0]        u_i,
  input  logic [ssm_pkg::ParamBits-1:0] bias_i,
  input  logic [ssm_pkg::ParamBits-1:0] d_i,
  output logic [ssm_pkg::Dt2Bits-1:0]   dt2_o,
  output logic [DuBits-1:0]             du_o,
  output logic [AccBits-1:0]            skip_o,
  output logic                          sat_delta_o,
  output logic                          sat_du_o,
  output logic                          sat_skip_o
);
  localparam int unsigned AlignedBits = ssm_pkg::ParamBits + ssm_pkg::ShiftBias;
  localparam int unsigned DeltaBits   = OperandBits + ssm_pkg::ShiftBias;
  localparam int unsigned Dt2InBits   = ssm_pkg::DtBits + ssm_pkg::Log2eBits + 1;
  localparam int unsigned DuInBits    = ssm_pkg::DtBits + 1 + OperandBits;
  localparam int unsigned SkipInBits  = ssm_pkg::ParamBits + OperandBits + ssm_pkg::ShiftBias;

  localparam logic [ssm_pkg::DtBits-1:0] DtOne = ssm_pkg::DtBits'(1) << ssm_pkg::DtFrac;

  // Cycle 0: align and add. The shifts change only between tiles' rows together with their data, so the shift of a row
  // travels with it (registered by the caller up to its use).
  logic [DeltaBits-1:0]   delta_aligned;
  logic [AlignedBits-1:0] bias_aligned;
  logic                   unused_delta, unused_bias;
  logic [AlignedBits:0]   sum;
  logic [ssm_pkg::XBits-1:0] x, x_q;
  logic                   clip, clip_q, clip2_q, clip3_q, softplus_q;
  logic [OperandBits-1:0] u_q, u2_q, u3_q;
  logic [ssm_pkg::ParamBits-1:0] d_q, d2_q, d3_q;

  ssm_round_shift #(.InBits(DeltaBits), .OutBits(DeltaBits)) u_align_delta (
    .value_i({delta_i, {ssm_pkg::ShiftBias{1'b0}}}), .shift_i(sh_delta_i), .value_o(delta_aligned),
    .saturated_o(unused_delta)
  );
  ssm_round_shift #(.InBits(AlignedBits), .OutBits(AlignedBits)) u_align_bias (
    .value_i({bias_i, {ssm_pkg::ShiftBias{1'b0}}}), .shift_i(sh_bias_i), .value_o(bias_aligned),
    .saturated_o(unused_bias)
  );
  assign sum = (AlignedBits + 1)'($signed(delta_aligned)) + (AlignedBits + 1)'($signed(bias_aligned));

  ssm_round_shift #(.InBits(AlignedBits + 1), .OutBits(ssm_pkg::XBits)) u_clamp_x (
    .value_i(sum), .shift_i('0), .value_o(x), .saturated_o(clip)
  );

  // Cycles 1 and 2: softplus. Cycle 3: the three products. Cycle 4: shift and clamp.
  logic [ssm_pkg::DtBits-1:0]    dt;
  logic [Dt2InBits-1:0]          dt2_q;
  logic signed [DuInBits-1:0]    du_q;
  logic signed [ssm_pkg::ParamBits+OperandBits-1:0] skip_q;
  logic                          sat_dt2;

  ssm_softplus_pwl u_softplus_pwl (.clk_i, .softplus_i(softplus_q), .x_i(x_q), .dt_o(dt));

  always_ff @(posedge clk_i) begin
    x_q        <= x;
    softplus_q <= softplus_i;
    clip_q     <= clip;
    u_q        <= u_i;
    d_q        <= d_i;
    // A negative step without softplus is clamped to zero: a saturation.
    clip2_q    <= clip_q || (!softplus_q && x_q[ssm_pkg::XBits-1]);
    u2_q       <= u_q;
    d2_q       <= d_q;
    clip3_q    <= clip2_q;
    u3_q       <= u2_q;
    d3_q       <= d2_q;
  end

  logic clip4_q;
  always_ff @(posedge clk_i) begin
    clip4_q <= clip3_q;
    dt2_q   <= Dt2InBits'(dt) * Dt2InBits'(ssm_pkg::Log2e);
    du_q    <= $signed({1'b0, Plain && plain_i ? DtOne : dt}) * $signed(u3_q);
    skip_q  <= $signed(d3_q) * $signed(u3_q);
  end

  ssm_round_shift #(.InBits(Dt2InBits), .OutBits(ssm_pkg::Dt2Bits), .OutUnsigned(1'b1)) u_round_dt2 (
    .value_i(dt2_q), .shift_i(sh_dt2_i), .value_o(dt2_o), .saturated_o(sat_dt2)
  );
  ssm_round_shift #(.InBits(DuInBits), .OutBits(DuBits)) u_round_du (
    .value_i(du_q), .shift_i(sh_du_i), .value_o(du_o), .saturated_o(sat_du_o)
  );
  ssm_round_shift #(.InBits(SkipInBits), .OutBits(AccBits)) u_round_skip (
    .value_i({skip_q, {ssm_pkg::ShiftBias{1'b0}}}), .shift_i(sh_skip_i), .value_o(skip_o),
    .saturated_o(sat_skip_o)
  );
  assign sat_delta_o = clip4_q || sat_dt2;
endmodule
