// ssm_weight_load: what the DMA reads for the weight memory, as pairs of beats of its rows (sim/PROGRAM.md, section 2):
//   s8 jobs (valid_i)     beats 2i and 2i + 1 of the job together, with the second
//   4-bit jobs (w4_valid_i)  groups of one beat of multipliers and Depth/2 beats of nibbles per row; a beat of nibbles makes
//                            the pair of the bytes that its nibbles stand for
// Contract: pair_valid_o in the cycle of the beat that completes the pair; expand_o with a pair out of nibbles. A job starts
// afresh behind the last beat (last_i) of the one before it.
module ssm_weight_load #(
  parameter int unsigned WordBits = 128,
  parameter int unsigned Depth = 8
) (
  input  logic                  clk_i,
  input  logic                  rst_ni,
  input  logic                  valid_i,
  input  logic                  w4_valid_i,
  input  logic                  last_i,
  input  logic [WordBits-1:0]   beat_i,
  output logic                  pair_valid_o,
  output logic [2*WordBits-1:0] pair_o,
  output logic                  expand_o
);
  localparam int unsigned Lanes     = WordBits / 8;
  localparam int unsigned MBits     = 5;               // of a multiplier
  localparam int unsigned RowBeats  = Depth / 2;       // of nibbles
  localparam int unsigned BeatBits  = $clog2(RowBeats);
  localparam int unsigned BeatLanes = 2 * Lanes / Depth;  // whose slots a beat of nibbles holds

  // ---- 4-bit weights: rows of the group still to come behind this one, beat of the row, multipliers ----
  logic                   open_q, last_beat;
  logic [5:0]             left_q;
  logic [BeatBits-1:0]    beat_q;
  logic [MBits*Lanes-1:0] m_q, m_new;
  logic [2*WordBits-1:0]  expanded;

  assign expand_o  = w4_valid_i && open_q;
  assign last_beat = beat_q == BeatBits'(RowBeats - 1);

  generate
    for (genvar l = 0; l < Lanes; l++) begin : gen_multiplier
      assign m_new[MBits*l +: MBits] = beat_i[8*l +: MBits];
    end
    // The multipliers turn with the beats: those of this beat's lanes are always in front.
    for (genvar v = 0; v < 2 * Lanes; v++) begin : gen_weight
      ssm_weight_w4 u_weight (
        .w_i(beat_i[4*v +: 4]), .m_i(m_q[MBits*(v / Depth) +: MBits]), .w_o(expanded[8*v +: 8])
      );
    end
  endgenerate

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni)         open_q <= 1'b0;
    else if (w4_valid_i) open_q <= !last_i && !(open_q && last_beat && left_q == '0);
  end
  always_ff @(posedge clk_i) begin
    if (w4_valid_i && !open_q) begin
      left_q <= {beat_i[8+MBits +: 3], beat_i[MBits +: 3]};
      beat_q <= '0;
      m_q    <= m_new;
    end else if (w4_valid_i) begin
      left_q <= left_q - 6'(last_beat);
      beat_q <= beat_q + 1'b1;
      m_q    <= {m_q[MBits*BeatLanes-1:0], m_q[MBits*Lanes-1:MBits*BeatLanes]};
    end
  end

  // ---- s8 weights: the first beat of a pair waits for the second ----
  logic                odd_q;
  logic [WordBits-1:0] held_q;

  assign pair_valid_o = (valid_i && odd_q) || expand_o;
  assign pair_o       = expand_o ? expanded : {beat_i, held_q};

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni)      odd_q <= 1'b0;
    else if (valid_i) odd_q <= !odd_q && !last_i;
  end
  always_ff @(posedge clk_i) begin
    if (valid_i && !odd_q) held_q <= beat_i;
  end
endmodule
