// ssm_scan_pe: one state of one channel.
//   e = dt2 * (max(-A, 0) << 2 * align) >> (RateFrac - 18), rounded up;  a = exp_pwl(e), 0 beyond e = 16
//   s = (a * h >> (25 - Guard)) + du * B << Left;  h' = clamp( s >> Guard );  out = C * h', with tap_pre C * (a h, rounded)
// Cycle 0: dt2 and A; cycle 4: du, B and the old state; cycle 5: h' (state_o, combinational); cycle 6: C; cycle 7:
// product_o. Registers behind cycle c move with enable_i[c] only. Slot file: SlotCount states, read in cycle 4, written
// at the end of cycle 5. hls counterpart: scan_step.
module ssm_scan_pe #(
  parameter int unsigned OperandBits = 8,
  parameter int unsigned StateBits = 16,
  parameter int unsigned ExpSegments = 64,
  parameter int unsigned DuBits = 24,
  parameter int unsigned SlotCount = 8,
  parameter bit          Taps = 1'b0  // tap_pre_i means something
) (
  input  logic                            clk_i,
  input  logic [6:0]                      enable_i,
  input  logic [ssm_pkg::Dt2Bits-1:0]     dt2_i,
  input  logic [OperandBits-1:0]          a_i,
  input  logic [ssm_pkg::AlignBits-1:0]   align_i,  // of A; 8-bit operands only
  input  logic [DuBits-1:0]               du_i,
  input  logic [OperandBits-1:0]          b_i,
  input  logic [$clog2(SlotCount)-1:0]    slot_read_i,
  input  logic                            use_slot_i,
  input  logic [StateBits-1:0]            loaded_i,
  input  logic [$clog2(SlotCount)-1:0]    slot_write_i,
  input  logic                            slot_we_i,
  input  logic [OperandBits-1:0]          c_i,
  output logic [StateBits-1:0]            state_o,
  input  logic                            tap_pre_i,  // cycle 5: out = C * a h, before the drive
  output logic                            saturated_o,
  output logic [OperandBits+StateBits-1:0] product_o
);
  localparam int          DriveGuard    = (OperandBits == 8 ? 8 : 14) - (int'(StateBits) - 16);
  localparam int unsigned Guard         = DriveGuard > 0 ? unsigned'(DriveGuard) : 0;
  localparam int unsigned Left          = DriveGuard < 0 ? unsigned'(-DriveGuard) : 0;
  localparam int unsigned RateFrac      = OperandBits == 8 ? 25 : 29;
  localparam int unsigned ExponentShift = RateFrac - ssm_pkg::ExponentFrac;
  localparam int unsigned RateBits      = OperandBits == 8 ? 14 : 16;  // A, aligned
  localparam int unsigned RateProduct   = ssm_pkg::Dt2Bits + RateBits;
  localparam int unsigned KeptProduct   = ssm_pkg::DecayBits + 1 + StateBits;
  localparam int unsigned KeptShift     = ssm_pkg::ExpFrac - Guard;
  // floor((x + half) >> KeptShift) = (x >> KeptShift) + rounding half: 2^24 whatever the guard bits.
  localparam int unsigned KeptHalf      = 1 << (ssm_pkg::ExpFrac - 1);
  localparam int unsigned DriveBits     = DuBits + OperandBits + Left;
  localparam int unsigned SumBits       = (KeptProduct > DriveBits ? KeptProduct : DriveBits) + 1;

  // Cycle 0: the exponent, negated: rounded up it is -e what rounds down, so that nothing is added.
  logic signed [RateProduct:0]      exponent_q;
  logic [ssm_pkg::DecayBits-1:0]    decay;

  function automatic logic signed [RateBits-1:0] rate(
    input logic signed [OperandBits-1:0] a, input logic [ssm_pkg::AlignBits-1:0] align
  );
    rate = OperandBits == 8 ? RateBits'(a) <<< {align, 1'b0} : RateBits'(a);
  endfunction

  always_ff @(posedge clk_i) begin
    if (enable_i[0]) exponent_q <= $signed({1'b0, dt2_i}) * rate(a_i, align_i);
  end

  // Cycles 1 to 3: the decay. A positive A does not decay.
  ssm_exp_pwl #(.Segments(ExpSegments)) u_exp_pwl (
    .clk_i, .enable_i(enable_i[3:1]), .exponent_ni(exponent_q[ExponentShift +: ssm_pkg::ExponentBits]),
    .one_i(!exponent_q[RateProduct]), .zero_i(!(&exponent_q[RateProduct:ExponentShift+ssm_pkg::ExponentBits])),
    .decay_o(decay)
  );

  // Cycle 4: products. Cycle 5: the new state.
  logic [StateBits-1:0]          slot_q [SlotCount];
  logic signed [KeptProduct:0]   kept_q;  // rounding half of the new state added
  logic signed [DuBits+OperandBits-1:0] drive_q;
  logic [StateBits-1:0]          state_q;

  always_ff @(posedge clk_i) begin
    if (enable_i[4]) begin
      kept_q  <= $signed({1'b0, decay}) * $signed(use_slot_i ? slot_q[slot_read_i] : loaded_i)
                 + $signed((KeptProduct + 1)'(KeptHalf));
      drive_q <= $signed(du_i) * $signed(b_i);
    end
    if (slot_we_i) slot_q[slot_write_i] <= state_o;
    if (enable_i[5]) state_q <= Taps && tap_pre_i ? kept_q[ssm_pkg::ExpFrac +: StateBits] : state_o;
  end

  logic signed [SumBits-1:0] sum;
  logic [SumBits-Guard-1:0]  next;
  logic                      fits;
  // Without a beat nobody wants the sum: a simulator leaves it out; in hardware it rests with its operands, and a gate for each
  // of its bits would be a sixteenth of the element.
`ifdef SYNTHESIS
  assign sum = SumBits'($signed(kept_q[KeptProduct:KeptShift])) + (SumBits'(drive_q) <<< Left);
`else
  always_comb begin
    sum = '0;
    if (enable_i[5]) sum = SumBits'($signed(kept_q[KeptProduct:KeptShift])) + (SumBits'(drive_q) <<< Left);
  end
`endif
  ssm_fits #(.Bits(SumBits - Guard - StateBits + 1)) u_fits (.data_i(next[SumBits-Guard-1:StateBits-1]), .fits_o(fits));
  assign next        = sum[SumBits-1:Guard];
  assign saturated_o = enable_i[5] && !fits;
  assign state_o     = !enable_i[5] ? '0 : fits ? next[StateBits-1:0] : {sum[SumBits-1], {(StateBits - 1){!sum[SumBits-1]}}};

  // Cycle 6: readout.
  always_ff @(posedge clk_i) if (enable_i[6]) product_o <= (OperandBits + StateBits)'($signed(c_i) * $signed(state_q));
endmodule
