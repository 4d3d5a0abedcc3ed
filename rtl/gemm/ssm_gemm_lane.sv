// ssm_gemm_lane: one output channel: Depth multipliers, adder tree, accumulator.
//   acc = (first ? 0 : acc) + sum over used slots s of value[s] * candidates[s][position[s]]
// Candidates, values, positions and use marks in cycle 0; acc_o holds the beat's sum from cycle 3 + log2(Depth) on, with
// first_i and enable_i given in cycle 2 + log2(Depth), when the beat's tree sum is there. One beat per cycle, no stall. Exact.
module ssm_gemm_lane #(
  parameter int unsigned Depth = 16
) (
  input  logic                                  clk_i,
  input  logic [Depth*ssm_gemm_pkg::MaxM*8-1:0] candidates_i,
  input  logic [Depth*ssm_gemm_pkg::ValueBits-1:0] values_i,
  input  logic [Depth*ssm_gemm_pkg::PosBits-1:0] positions_i,
  input  logic [Depth-1:0]                      used_i,
  input  logic                                  enable_i,
  input  logic                                  first_i,
  output logic [ssm_gemm_pkg::AccBits-1:0]      acc_o
);
  localparam int unsigned ValueBits   = ssm_gemm_pkg::ValueBits;
  localparam int unsigned PosBits     = ssm_gemm_pkg::PosBits;
  localparam int unsigned ProductBits = 2 * ValueBits;
  localparam int unsigned SlotBits    = ssm_gemm_pkg::MaxM * 8;

  logic [Depth*ProductBits-1:0]     products;
  logic [ssm_gemm_pkg::AccBits-1:0] sum, acc_q;

  generate
    for (genvar s = 0; s < Depth; s++) begin : gen_slot
      logic [SlotBits-1:0]           candidates;
      logic [PosBits-1:0]            position;
      logic signed [ValueBits-1:0]   x_q, value_q;
      logic signed [ProductBits-1:0] product_q;

      assign candidates = candidates_i[s*SlotBits +: SlotBits];
      assign position   = positions_i[s*PosBits +: PosBits];
      always_ff @(posedge clk_i) begin
        x_q       <= candidates[{position, 3'd0} +: 8];
        value_q   <= used_i[s] ? values_i[s*ValueBits +: ValueBits] : '0;
        product_q <= x_q * value_q;
      end
      assign products[s*ProductBits +: ProductBits] = product_q;
    end
  endgenerate

  ssm_readout_tree #(.Inputs(Depth), .InBits(ProductBits), .OutBits(ssm_gemm_pkg::AccBits)) u_readout_tree (
    .clk_i, .enable_i('1), .data_i(products), .sum_o(sum)
  );

  always_ff @(posedge clk_i) begin
    if (enable_i) acc_q <= (first_i ? '0 : acc_q) + sum;
  end
  assign acc_o = acc_q;
endmodule
