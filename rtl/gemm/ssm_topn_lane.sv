// ssm_topn_lane: which N of M values are the largest by magnitude, one value per cycle, and their way out.
//   beaten[j] = number of values that go before value j: greater magnitude, or equal magnitude and lower position
// With accept_i value number index_i enters; with accept_i && last_i the values beaten fewer than n_i times move to the drain
// register (complete in the next cycle). value_o, position_o: the lowest position there; next_i drops it.
// hls counterpart: topn_select.
module ssm_topn_lane #(
  parameter int unsigned ValueBits = 16
) (
  input  logic                             clk_i,
  input  logic                             accept_i,
  input  logic                             last_i,
  input  logic [ssm_gemm_pkg::PosBits-1:0] index_i,
  input  logic [4:0]                       n_i,
  input  logic [ValueBits-1:0]             value_i,
  input  logic                             next_i,
  output logic [ValueBits-1:0]             value_o,
  output logic [ssm_gemm_pkg::PosBits-1:0] position_o
);
  localparam int unsigned MaxM    = ssm_gemm_pkg::MaxM;
  localparam int unsigned PosBits = ssm_gemm_pkg::PosBits;

  logic [MaxM*ValueBits-1:0] values_q, drain_values_q;
  logic [MaxM*5-1:0]         beaten_q, beaten;
  logic [MaxM-1:0]           kept, drain_q;
  logic [ValueBits-1:0]      magnitude;
  logic [4:0]                losses;

  assign magnitude = value_i[ValueBits-1] ? -value_i : value_i;

  logic [MaxM-1:0] wins;  // the new value goes before value j
  generate
    for (genvar j = 0; j < MaxM; j++) begin : gen_value
      logic [ValueBits-1:0] other, other_magnitude;
      assign other           = values_q[j*ValueBits +: ValueBits];
      assign other_magnitude = other[ValueBits-1] ? -other : other;
      assign wins[j]         = magnitude > other_magnitude;
    end
  endgenerate

  always_comb begin
    losses = '0;
    beaten = beaten_q;
    for (int unsigned j = 0; j < MaxM; j++) begin
      if (PosBits'(j) < index_i) begin
        losses           = losses + 5'(!wins[j]);
        beaten[j*5 +: 5] = beaten_q[j*5 +: 5] + 5'(wins[j]);
      end
    end
    beaten[index_i*5 +: 5] = losses;
    for (int unsigned j = 0; j < MaxM; j++) begin
      kept[j] = (PosBits'(j) < index_i || PosBits'(j) == index_i) && beaten[j*5 +: 5] < n_i;
    end
  end

  // One-hot of the lowest kept value.
  logic [MaxM-1:0] lowest;
  assign lowest = drain_q & (~drain_q + 1'b1);
  always_comb begin
    value_o    = '0;
    position_o = '0;
    for (int unsigned j = 0; j < MaxM; j++) begin
      if (lowest[j]) begin
        value_o    = drain_values_q[j*ValueBits +: ValueBits];
        position_o = PosBits'(j);
      end
    end
  end

  always_ff @(posedge clk_i) begin
    if (accept_i) begin
      values_q[index_i*ValueBits +: ValueBits] <= value_i;
      beaten_q                                 <= beaten;
    end
    if (accept_i && last_i) begin
      drain_q        <= kept;
      drain_values_q <= values_q;
      drain_values_q[index_i*ValueBits +: ValueBits] <= value_i;
    end else if (next_i) begin
      drain_q <= drain_q & ~lowest;
    end
  end
endmodule
