// ssm_hadamard_beat: Walsh-Hadamard transform of the NumLanes values of a beat, one level of butterflies per stage.
//   level j, bit j of b clear:  (v[b], v[b + 2^j]) -> (v[b] + v[b + 2^j], v[b] - v[b + 2^j]);   pass_i: the values as they are
// Latency log2(NumLanes) - 1: the last level is combinational from registers, for the queue behind it. One beat per cycle,
// no stall; one bit more per level, exact. hls counterpart: hadamard_butterflies.
module ssm_hadamard_beat #(
  parameter int unsigned NumLanes = 8,
  parameter int unsigned InBits = 22
) (
  input  logic                                           clk_i,
  input  logic                                           pass_i,  // of data_i
  input  logic [NumLanes*InBits-1:0]                     data_i,
  output logic [NumLanes*(InBits+$clog2(NumLanes))-1:0]  data_o
);
  localparam int unsigned Levels  = $clog2(NumLanes);
  localparam int unsigned OutBits = InBits + Levels;

  // Level s takes its values s - 1 cycles after data_i.
  logic [Levels:1] pass, pass_q;
  assign pass = Levels'({pass_q, pass_i});
  always_ff @(posedge clk_i) pass_q <= pass;

  generate
    for (genvar s = 0; s <= Levels; s++) begin : gen_level
      localparam int unsigned Bits = InBits + s;
      logic signed [Bits-1:0] value [NumLanes];
      for (genvar b = 0; b < NumLanes; b++) begin : gen_lane
        if (s == 0) begin : gen_input
          assign value[b] = data_i[b*InBits +: InBits];
        end else begin : gen_butterfly
          localparam int unsigned Span = 1 << (s - 1);
          localparam int unsigned Low  = b & ~Span;
          logic signed [Bits-1:0] low, high, result;
          assign low    = Bits'(gen_level[s-1].value[Low]);
          assign high   = Bits'(gen_level[s-1].value[Low+Span]);
          assign result = pass[s] ? Bits'(gen_level[s-1].value[b]) : b == Low ? low + high : low - high;
          if (s < Levels) begin : gen_register
            always_ff @(posedge clk_i) value[b] <= result;
          end else begin : gen_last
            assign value[b] = result;
          end
        end
      end
    end
    for (genvar b = 0; b < NumLanes; b++) begin : gen_output
      assign data_o[b*OutBits +: OutBits] = gen_level[Levels].value[b];
    end
  endgenerate
endmodule
