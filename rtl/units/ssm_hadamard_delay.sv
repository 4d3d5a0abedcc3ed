// ssm_hadamard_delay: butterflies between beats 2^Log2Delay apart (single-path delay feedback), elastic.
//   of every 2D beats: the first D enter the delay line; beat D + i gives the sum with word i and leaves the difference there;
//   the differences follow by themselves, without further input. With log2_beats <= Log2Delay beats pass unchanged.
// Contract: takes and emits at most one beat per cycle; blocks of 2^log2_beats beats are whole; output FIFO of depth 2.
// Cycle rules: sim/UNITS.md, hadamard_fwht. The delay line is read asynchronously (LUTRAM).
module ssm_hadamard_delay #(
  parameter int unsigned NumLanes = 8,
  parameter int unsigned InBits = 25,
  parameter int unsigned OutBits = 26,
  parameter int unsigned Log2Delay = 0
) (
  input  logic                                  clk_i,
  input  logic                                  rst_ni,
  input  logic                                  valid_i,
  input  logic [NumLanes*InBits-1:0]            data_i,
  input  logic [ssm_hadamard_pkg::SideBits-1:0] side_i,
  output logic                                  pop_o,
  output logic                                  valid_o,
  output logic [NumLanes*OutBits-1:0]           data_o,
  output logic [ssm_hadamard_pkg::SideBits-1:0] side_o,
  input  logic                                  pop_i
);
  localparam int unsigned Delay     = 1 << Log2Delay;
  localparam int unsigned CountBits = Log2Delay + 1;
  localparam int unsigned IndexBits = Log2Delay == 0 ? 1 : Log2Delay;
  localparam int unsigned WordBits  = NumLanes * OutBits;

  ssm_hadamard_pkg::hadamard_side_t side, side_q;
  logic [CountBits-1:0] count_q;  // beat of the 2D
  logic [CountBits-1:0] drain_q;  // differences that have left, Delay: all
  logic [IndexBits-1:0] write_index, read_index;
  logic                 ready, active, second, draining, emit, take, fill, free;

  assign side        = side_i;
  assign active      = side.log2_beats > ssm_hadamard_pkg::LogBits'(Log2Delay);
  assign second      = count_q[Log2Delay];
  assign draining    = !drain_q[Log2Delay];
  assign emit        = draining && ready;
  assign fill        = active && !second;
  assign free        = drain_q > count_q || (drain_q == count_q && ready);  // the place of this beat in the line
  assign take        = valid_i && (fill ? free : !draining && ready);
  assign pop_o       = take;
  assign write_index = IndexBits'(count_q & CountBits'(Delay - 1));
  assign read_index  = draining ? IndexBits'(drain_q & CountBits'(Delay - 1)) : write_index;

  logic [WordBits-1:0] line_q [Delay];
  logic [WordBits-1:0] word, beat, sum, difference;

  assign word = line_q[read_index];
  generate
    for (genvar l = 0; l < NumLanes; l++) begin : gen_lane
      logic signed [InBits-1:0] value;
      assign value                           = data_i[l*InBits +: InBits];
      assign beat[l*OutBits +: OutBits]       = OutBits'(value);
      assign sum[l*OutBits +: OutBits]        = word[l*OutBits +: OutBits] + beat[l*OutBits +: OutBits];
      assign difference[l*OutBits +: OutBits] = word[l*OutBits +: OutBits] - beat[l*OutBits +: OutBits];
    end
  endgenerate

  always_ff @(posedge clk_i) begin
    if (take && active) line_q[write_index] <= second ? difference : beat;
    if (take && active && second) side_q <= side;
  end
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      count_q <= '0;
      drain_q <= CountBits'(Delay);
    end else begin
      if (take && active) count_q <= count_q + 1'b1;
      if (take && active && (&count_q)) drain_q <= '0;
      else if (emit) drain_q <= drain_q + 1'b1;
    end
  end

  logic [ssm_hadamard_pkg::SideBits-1:0] side_out;
  logic [WordBits-1:0]                   data_out;
  assign side_out = draining ? side_q : side;
  assign data_out = draining ? word : active ? sum : beat;
  ssm_stream_fifo #(.Width(ssm_hadamard_pkg::SideBits + WordBits), .Depth(2)) u_out_fifo (
    .clk_i, .rst_ni, .push_i(emit || (take && !fill)), .data_i({side_out, data_out}), .ready_o(ready), .valid_o,
    .data_o({side_o, data_o}), .pop_i
  );
endmodule
