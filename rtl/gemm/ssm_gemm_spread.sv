// ssm_gemm_spread: the 16 activations that each slot of a lane may need, combinational, one network for all lanes.
//   slot s, g = s mod 2^log2_gb, M = 4 << log2_m:  candidate c = x[g*M + (c mod M)]
// Dense (dense_i): every candidate of slot s is x[g*M + s / 2^log2_gb], so positions do not matter.
// Indices are taken modulo Window. sim/UNITS.md, gemm_nm.
module ssm_gemm_spread #(
  parameter int unsigned Depth = 16,
  parameter int unsigned Window = 64
) (
  input  logic [Window*8-1:0]                   x_i,
  input  logic [1:0]                            log2_m_i,
  input  logic [2:0]                            log2_gb_i,
  input  logic                                  dense_i,
  output logic [Depth*ssm_gemm_pkg::MaxM*8-1:0] candidates_o
);
  localparam int unsigned LogDepth = $clog2(Depth);
  localparam int unsigned SlotBits = ssm_gemm_pkg::MaxM * 8;
  localparam int unsigned NumM     = 3;

  generate
    for (genvar s = 0; s < Depth; s++) begin : gen_slot
      logic [SlotBits-1:0] group;  // the group's activations, repeated up to 16
      logic [7:0]          only;   // the one that dense needs
      always_comb begin
        group = '0;
        only  = '0;
        for (int unsigned j = 0; j <= LogDepth; j++) begin
          for (int unsigned m = 0; m < NumM; m++) begin
            if (log2_gb_i == 3'(j) && log2_m_i == 2'(m)) begin
              for (int unsigned q = 0; q < 4; q++) begin
                group[q*32 +: 32] = x_i[((((s % (1 << j)) << m) + q % (1 << m)) * 32) % (Window * 8) +: 32];
              end
              only = x_i[((((s % (1 << j)) << (m + 2)) + (s >> j) % (4 << m)) * 8) % (Window * 8) +: 8];
            end
          end
        end
      end
      assign candidates_o[s*SlotBits +: SlotBits] = dense_i ? {ssm_gemm_pkg::MaxM{only}} : group;
    end
  endgenerate
endmodule
