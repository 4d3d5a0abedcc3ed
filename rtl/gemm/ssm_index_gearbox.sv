// ssm_index_gearbox: beats of 8 granules to rank beats of index_bits granules; a granule is Lanes bits.
// Contract: put_i brings a beat one cycle later in beat_i, behind the granules held then; ranks_o are the lowest granules, taken
// by get_i; drop_i with it forgets the rest. put and get not in one cycle; get only with index_bits granules held.
module ssm_index_gearbox #(
  parameter int unsigned Lanes = 16,
  parameter int unsigned RankBits = ssm_gemm_pkg::RankBits
) (
  input  logic                      clk_i,
  input  logic                      rst_ni,
  input  logic [3:0]                index_bits_i,
  output logic                      enough_o,
  input  logic                      put_i,
  input  logic [8*Lanes-1:0]        beat_i,
  input  logic                      get_i,
  input  logic                      drop_i,
  output logic [Lanes*RankBits-1:0] ranks_o
);
  localparam int unsigned Granules = RankBits - 1 + 8;  // held before a beat, and the beat
  localparam int unsigned HeldBits = Granules * Lanes;

  logic [4:0]          held_q, place_q;
  logic                arrive_q;
  logic [HeldBits-1:0] granules_q, granules;

  assign enough_o = held_q >= 5'(index_bits_i);

  always_comb begin
    granules = granules_q;
    for (int unsigned p = 0; p < RankBits; p++) begin
      if (arrive_q && place_q == 5'(p)) granules[p*Lanes +: 8*Lanes] = beat_i;
    end
  end

  // Rank of a lane: index_bits bits at lane * index_bits.
  always_comb begin
    ranks_o = '0;
    for (int unsigned b = 1; b <= RankBits; b++) begin
      if (index_bits_i == 4'(b)) begin
        for (int unsigned l = 0; l < Lanes; l++) begin
          for (int unsigned i = 0; i < b; i++) ranks_o[l*RankBits + i] = granules[l*b + i];
        end
      end
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      held_q   <= '0;
      arrive_q <= 1'b0;
    end else begin
      arrive_q <= put_i;
      if (put_i) held_q <= held_q + 5'd8;
      else if (get_i) held_q <= drop_i ? '0 : held_q - 5'(index_bits_i);
    end
  end
  always_ff @(posedge clk_i) begin
    place_q    <= held_q;
    granules_q <= get_i ? granules >> (32'(index_bits_i) * Lanes) : granules;
  end
endmodule
