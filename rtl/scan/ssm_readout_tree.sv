// ssm_readout_tree: sum over Inputs signed products, radix 4 per stage: latency ceil(log2(Inputs)/2), one sum per cycle.
module ssm_readout_tree #(
  parameter int unsigned Inputs = 16,
  parameter int unsigned InBits = 24,
  parameter int unsigned OutBits = 32
) (
  input  logic                     clk_i,
  input  logic [Inputs*InBits-1:0] data_i,
  output logic [OutBits-1:0]       sum_o
);
  localparam int unsigned Levels = ($clog2(Inputs) + 1) / 2;

  generate
    for (genvar s = 0; s <= Levels; s++) begin : gen_level
      localparam int unsigned Terms = (Inputs + (1 << (2 * s)) - 1) >> (2 * s);
      logic signed [OutBits-1:0] value [Terms];
      if (s == 0) begin : gen_input
        for (genvar i = 0; i < Terms; i++) begin : gen_term
          assign value[i] = OutBits'($signed(data_i[i*InBits +: InBits]));
        end
      end else begin : gen_sum
        localparam int unsigned Above = (Inputs + (1 << (2 * (s - 1))) - 1) >> (2 * (s - 1));
        for (genvar i = 0; i < Terms; i++) begin : gen_term
          logic signed [OutBits-1:0] sum;
          always_comb begin
            sum = '0;
            for (int unsigned j = 4 * i; j < 4 * (i + 1) && j < Above; j++) sum = sum + gen_level[s-1].value[j];
          end
          always_ff @(posedge clk_i) value[i] <= sum;
        end
      end
    end
  endgenerate
  assign sum_o = gen_level[Levels].value[0];
endmodule
