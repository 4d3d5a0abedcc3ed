// ssm_nm_unrank: rank -> the N of M positions with that rank in the combinatorial number system, pipelined.
//   from position 15 down: p < M is taken when C(p, i) <= rest, i = values still to place; then rest -= C(p, i)
// Two positions per stage: latency 8, one group per cycle, no stall; stage s moves with enable_i[s]. positions_o: p_0 < p_1 < ... from bit 0 upwards, then
// zeros. N and M may change every cycle. hls counterpart: nm_unrank.
module ssm_nm_unrank (
  input  logic                                                 clk_i,
  input  logic [ssm_gemm_pkg::MaxM/2-1:0]                      enable_i,
  input  logic [ssm_gemm_pkg::RankBits-1:0]                    rank_i,
  input  logic [4:0]                                           n_i,
  input  logic [1:0]                                           log2_m_i,
  output logic [ssm_gemm_pkg::MaxM*ssm_gemm_pkg::PosBits-1:0]  positions_o
);
  localparam int unsigned RankBits = ssm_gemm_pkg::RankBits;
  localparam int unsigned MaxM     = ssm_gemm_pkg::MaxM;
  localparam int unsigned SetBits  = MaxM * ssm_gemm_pkg::PosBits;
  localparam int unsigned Stages   = MaxM / 2;
  localparam int unsigned RowBits  = (MaxM + 1) * RankBits;

  // C(p, 0) .. C(p, 16).
  function automatic logic [RowBits-1:0] binomial_row(input int unsigned p);
    int unsigned c;
    c = 1;
    binomial_row = '0;
    for (int unsigned i = 0; i <= MaxM; i++) begin
      binomial_row[i*RankBits +: RankBits] = RankBits'(c);
      c = i < p ? c * (p - i) / (i + 1) : 0;
    end
  endfunction

  // The state before stage s; a taken position enters at the low end, so the lowest ends up first.
  logic [RankBits-1:0] rest_q [Stages+1];
  logic [4:0]          left_q [Stages+1];
  logic [1:0]          log2_m_q [Stages+1];
  logic [SetBits-1:0]  set_q [Stages+1];

  assign rest_q[0]   = rank_i;
  assign left_q[0]   = n_i;
  assign log2_m_q[0] = log2_m_i;
  assign set_q[0]    = '0;

  generate
    for (genvar s = 0; s < Stages; s++) begin : gen_stage
      localparam int unsigned High = MaxM - 1 - 2 * s;
      localparam int unsigned Low  = High - 1;
      localparam logic [RowBits-1:0] HighRow = binomial_row(High);
      localparam logic [RowBits-1:0] LowRow  = binomial_row(Low);

      // {rest, left, set} behind the two positions. A function, so that a simulator computes it for enabled stages only.
      function automatic logic [RankBits+5+SetBits-1:0] decide(
        input logic [RankBits-1:0] rank, input logic [4:0] n, input logic [1:0] log2_m, input logic [SetBits-1:0] taken
      );
        logic [RankBits-1:0] rest, count;
        logic [4:0]          left;
        logic [SetBits-1:0]  set;
        rest = rank;
        left = n;
        set  = taken;
        if ((5'd4 << log2_m) > 5'(High)) begin
          count = HighRow[left*RankBits +: RankBits];
          if (left != '0 && count <= rest) begin
            rest = rest - count;
            left = left - 1'b1;
            set  = {set[SetBits-5:0], 4'(High)};
          end
          count = LowRow[left*RankBits +: RankBits];
          if (left != '0 && count <= rest) begin
            rest = rest - count;
            left = left - 1'b1;
            set  = {set[SetBits-5:0], 4'(Low)};
          end
        end
        decide = {rest, left, set};
      endfunction

      always_ff @(posedge clk_i) begin
        if (enable_i[s]) begin
          {rest_q[s+1], left_q[s+1], set_q[s+1]} <= decide(rest_q[s], left_q[s], log2_m_q[s], set_q[s]);
          log2_m_q[s+1]                          <= log2_m_q[s];
        end
      end
    end
  endgenerate
  assign positions_o = set_q[Stages];
endmodule
