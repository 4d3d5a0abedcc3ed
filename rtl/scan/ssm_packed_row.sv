// ssm_packed_row: of a packed row (sim/SETS.md, section 3.1) the values that a beat of StatesPerLane states reads, all others 0.
//   lane l: the StatesPerLane >> log2_packed_i values that begin at l * (StatesPerLane >> log2_narrow_i) + first_i
// Contract: combinational. log2_packed_i = 0: the row as it is. first_i is a multiple of that width.
module ssm_packed_row #(
  parameter int unsigned Lanes = 1,
  parameter int unsigned StatesPerLane = 16,
  parameter int unsigned ValueBits = 8,
  localparam int unsigned Levels    = $clog2(StatesPerLane),
  localparam int unsigned FirstBits = Levels == 0 ? 1 : Levels
) (
  input  logic [Lanes*StatesPerLane*ValueBits-1:0] row_i,
  input  logic [2:0]                               log2_packed_i,
  input  logic [2:0]                               log2_narrow_i,  // lanes lie so much closer than StatesPerLane values
  input  logic [FirstBits-1:0]                     first_i,
  output logic [Lanes*StatesPerLane*ValueBits-1:0] row_o
);
  localparam int unsigned LaneBits = StatesPerLane * ValueBits;

  generate
    for (genvar l = 0; l < Lanes; l++) begin : gen_lane
      logic [LaneBits-1:0] near [Levels+1];  // where the lane begins, for every log2_narrow_i
      logic [LaneBits-1:0] kept [Levels+1];  // what is read, for every log2_packed_i

      for (genvar x = 0; x <= Levels; x++) begin : gen_level
        localparam int unsigned NearBits = LaneBits >> x;
        assign near[x] = LaneBits'(row_i[l*NearBits +: NearBits]);
        assign kept[x] = LaneBits'(gen_move[Levels-x].word);
      end
      // By a bit of first_i after the other, from the highest on: 2^b values, of which one half or the other is left. A row
      // packed so that 2^b values are read has no lower bits.
      for (genvar b = Levels; b >= 0; b--) begin : gen_move
        logic [(ValueBits<<b)-1:0] word;
        if (b == Levels) begin : gen_near
          assign word = near[log2_narrow_i <= 3'(Levels) ? log2_narrow_i : 3'(Levels)];
        end else begin : gen_half
          assign word = first_i[b] ? gen_move[b+1].word[$bits(word) +: $bits(word)] : gen_move[b+1].word[0 +: $bits(word)];
        end
      end
      assign row_o[l*LaneBits +: LaneBits] = kept[log2_packed_i <= 3'(Levels) ? log2_packed_i : 3'(Levels)];
    end
    if (Levels == 0) begin : gen_single
      logic unused_first;
      assign unused_first = ^first_i;
    end
  endgenerate
endmodule
