// ssm_scan_pe: one state of one channel.
//   e = min( dt2 * max(-A, 0) >> (RateFrac - 12), 2^17 - 1 );  a = exp_pwl(e)
//   s = (a * h >> (16 - Guard)) + du * B << Left;  h' = clamp( s >> Guard );  out = C * h'
// Cycle 0: dt2 and A; cycle 4: du, B and the old state; cycle 5: h' (state_o, combinational); cycle 6: C; cycle 7: product_o. Slot file: SlotCount states, read in cycle 4, written at the end of cycle 5. hls counterpart: scan_step.
module ssm_scan_pe #(
  parameter int unsigned OperandBits = 8,
  parameter int unsigned StateBits = 16,
  parameter int unsigned ExpSegments = 64,
  parameter int unsigned DuBits = 24,
  parameter int unsigned SlotCount = 8
) (
  input  logic                            clk_i,
  input  logic [ssm_pkg::Dt2Bits-1:0]     dt2_i,
  input  logic [OperandBits-1:0]          a_i,
  input  logic [DuBits-1:0]               du_i,
  input  logic [OperandBits-1:0]          b_i,
  input  logic [$clog2(SlotCount)-1:0]    slot_read_i,
  input  logic                            use_slot_i,
  input  logic [StateBits-1:0]            loaded_i,
  input  logic [$clog2(SlotCount)-1:0]    slot_write_i,
  input  logic                            slot_we_i,
  input  logic [OperandBits-1:0]          c_i,
  output logic [StateBits-1:0]            state_o,
  output logic                            saturated_o,
  output logic [OperandBits+StateBits-1:0] product_o
);
  localparam int          DriveGuard    = (OperandBits == 8 ? 8 : 14) - (int'(StateBits) - 16);
  localparam int unsigned Guard         = DriveGuard > 0 ? unsigned'(DriveGuard) : 0;
  localparam int unsigned Left          = DriveGuard < 0 ? unsigned'(-DriveGuard) : 0;
  localparam int unsigned RateFrac      = OperandBits == 8 ? 20 : 28;
  localparam int unsigned ExponentShift = RateFrac - ssm_pkg::ExponentFrac;
  localparam int unsigned RateBits      = OperandBits;  // -A as an unsigned number
  localparam int unsigned RateProduct   = ssm_pkg::Dt2Bits + RateBits;
  localparam int unsigned KeptProduct   = ssm_pkg::DecayBits + 1 + StateBits;
  localparam int unsigned KeptShift     = ssm_pkg::ExpFrac - Guard;
  // floor((x + half) >> KeptShift) = (x >> KeptShift) + rounding half: 2^15 whatever the guard bits.
  localparam int unsigned KeptHalf      = 1 << (ssm_pkg::ExpFrac - 1);
  localparam int unsigned DriveBits     = DuBits + OperandBits + Left;
  localparam int unsigned SumBits       = (KeptProduct > DriveBits ? KeptProduct : DriveBits) + 1;

  // Cycle 0: the exponent.
  logic [RateBits-1:0]    rate;
  logic [RateProduct:0]   exponent_q;  // rounding half added: the multiplier's adder does it
  logic                   overflow;
  logic [ssm_pkg::ExponentBits-1:0] exponent;
  logic [ssm_pkg::DecayBits-1:0]    decay;

  assign rate     = a_i[OperandBits-1] ? -a_i : '0;
  assign overflow = |exponent_q[RateProduct:ExponentShift+ssm_pkg::ExponentBits];
  assign exponent = overflow ? '1 : exponent_q[ExponentShift +: ssm_pkg::ExponentBits];

  always_ff @(posedge clk_i) begin
    exponent_q <= (RateProduct + 1)'(dt2_i) * (RateProduct + 1)'(rate)
                  + ((RateProduct + 1)'(1) << (ExponentShift - 1));
  end

  // Cycles 1 to 3: the decay.
  ssm_exp_pwl #(.Segments(ExpSegments)) u_exp_pwl (.clk_i, .exponent_i(exponent), .decay_o(decay));

  // Cycle 4: products. Cycle 5: the new state.
  logic [StateBits-1:0]          slot_q [SlotCount];
  logic signed [StateBits-1:0]   old;
  logic signed [KeptProduct:0]   kept_q;  // rounding half of the new state added
  logic signed [DuBits+OperandBits-1:0] drive_q;
  logic signed [SumBits-1:0]     sum;
  logic [SumBits-Guard-1:0]      next;
  logic [StateBits-1:0]          state_q;

  assign old = use_slot_i ? slot_q[slot_read_i] : loaded_i;

  always_ff @(posedge clk_i) begin
    kept_q  <= $signed({1'b0, decay}) * old + $signed((KeptProduct + 1)'(KeptHalf));
    drive_q <= $signed(du_i) * $signed(b_i);
    if (slot_we_i) slot_q[slot_write_i] <= state_o;
    state_q <= state_o;
  end

  assign sum = SumBits'($signed(kept_q[KeptProduct:KeptShift])) + (SumBits'(drive_q) <<< Left);
  assign next        = sum[SumBits-1:Guard];
  assign saturated_o = next[SumBits-Guard-1:StateBits-1] != {(SumBits - Guard - StateBits + 1){next[SumBits-Guard-1]}};
  assign state_o     = saturated_o ? {sum[SumBits-1], {(StateBits - 1){!sum[SumBits-1]}}} : next[StateBits-1:0];

  // Cycle 6: readout.
  always_ff @(posedge clk_i) product_o <= (OperandBits + StateBits)'($signed(c_i) * $signed(state_q));
endmodule
