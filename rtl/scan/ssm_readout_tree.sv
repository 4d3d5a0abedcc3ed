// ssm_readout_tree: sum over Inputs signed products (a power of two), one addition per stage: latency log2(Inputs), one
// sum per cycle, no stall; the sums of level s move with enable_i[s]. A stage is one bit wider than the one
// before: the sum is exact.
module ssm_readout_tree #(
  parameter int unsigned Inputs = 16,
  parameter int unsigned InBits = 24,
  parameter int unsigned OutBits = 32
) (
  input  logic                     clk_i,
  input  logic [$clog2(Inputs):0]  enable_i,  // bit 0 is nobody's: level 0 is data_i
  input  logic [Inputs*InBits-1:0] data_i,
  output logic [OutBits-1:0]       sum_o
);
  localparam int unsigned Levels = $clog2(Inputs);

  generate
    for (genvar s = 0; s <= Levels; s++) begin : gen_level
      localparam int unsigned Terms = Inputs >> s;
      localparam int unsigned Bits  = InBits + s;
      logic signed [Bits-1:0] value [Terms];
      for (genvar i = 0; i < Terms; i++) begin : gen_term
        if (s == 0) begin : gen_input
          assign value[i] = data_i[i*InBits +: InBits];
        end else begin : gen_sum
          always_ff @(posedge clk_i) begin
            if (enable_i[s]) value[i] <= Bits'(gen_level[s-1].value[2*i]) + Bits'(gen_level[s-1].value[2*i+1]);
          end
        end
      end
    end
  endgenerate
  assign sum_o = OutBits'(gen_level[Levels].value[0]);
endmodule
