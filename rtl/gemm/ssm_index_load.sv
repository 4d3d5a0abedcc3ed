// ssm_index_load: beats of index bits from DRAM to rows of the position memory: gearbox, index_unrank, assemble.
// Contract: one action per cycle: take a beat of the index buffer (2 slots of 64) while fewer than index_bits granules are held,
// else emit a rank beat when the rank queue (and, for a command's first, the unranker's command queue) has a place. The command
// leaves with its last emit. Of positions in slots its first also waits for one (row_free_i) and takes it (row_alloc_o). A row is readable two cycles after its last position beat. sim/PROGRAM.md, section 5.
module ssm_index_load #(
  parameter int unsigned Lanes = 16,
  parameter int unsigned Depth = 8,
  parameter int unsigned BeatBits = 8 * Lanes,
  parameter int unsigned RowBits = Lanes * Depth * ssm_gemm_pkg::PosBits
) (
  input  logic                                  clk_i,
  input  logic                                  rst_ni,
  // Command.
  input  logic                                  cmd_push_i,
  input  logic [ssm_gemm_pkg::IndexCmdBits-1:0] cmd_i,
  output logic                                  cmd_ready_o,
  output logic                                  cmd_left_o,
  // Index beats.
  output logic                                  slot_free_o,
  input  logic                                  alloc_i,
  input  logic                                  wr_valid_i,
  input  logic                                  wr_last_i,
  input  logic [BeatBits-1:0]                   wr_data_i,
  // Position rows; row_last_o: the last of its command.
  input  logic                                  row_free_i,
  output logic                                  row_alloc_o,
  output logic                                  row_last_o,
  output logic                                  row_valid_o,
  output logic [RowBits-1:0]                    row_o,
  // Counter events of index_unrank.
  output logic [ssm_map_pkg::LastIndexUnrank:ssm_map_pkg::FirstIndexUnrank][ssm_map_pkg::IncBits-1:0] inc_o
);
  localparam int unsigned RankBits  = ssm_gemm_pkg::RankBits;
  localparam int unsigned SetBits   = ssm_gemm_pkg::MaxM * ssm_gemm_pkg::PosBits;
  localparam int unsigned LogPiece  = $clog2(ssm_map_pkg::PieceWords);

  ssm_gemm_pkg::index_cmd_t  cmd;
  ssm_gemm_pkg::unrank_cmd_t unrank;
  logic                cmd_valid, take, emit, first, last, enough, beat_there, slot_last;
  logic                rank_ready, unrank_ready;
  logic [15:0]         rank_beats, emitted_q;
  logic [19:0]         granules;
  logic [16:0]         beats, taken_q;
  logic [BeatBits-1:0] beat;
  logic [Lanes*RankBits-1:0] ranks;

  ssm_stream_fifo #(.Width(ssm_gemm_pkg::IndexCmdBits), .Depth(ssm_map_pkg::UnitCommandDepth)) u_cmd (
    .clk_i, .rst_ni, .push_i(cmd_push_i), .data_i(cmd_i), .ready_o(cmd_ready_o), .valid_o(cmd_valid), .data_o(cmd),
    .pop_i(cmd_left_o)
  );
  assign rank_beats = cmd.rows << cmd.log2_gb;
  assign granules   = 20'(rank_beats) * 20'(cmd.index_bits);
  assign beats      = granules[19:3] + 17'(granules[2:0] != '0);
  assign first      = emitted_q == '0;
  assign last       = emitted_q == rank_beats - 1'b1;
  assign take       = cmd_valid && !enough && beat_there;
  assign emit       = cmd_valid && enough && rank_ready && (!first || (unrank_ready && row_free_i));
  assign slot_last  = taken_q[LogPiece-1:0] == '1 || taken_q == beats - 1'b1;
  assign cmd_left_o = emit && last;
  assign row_alloc_o = emit && first;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      emitted_q <= '0;
      taken_q   <= '0;
    end else if (emit) begin
      emitted_q <= last ? '0 : emitted_q + 1'b1;
      if (last) taken_q <= '0;
    end else if (take) begin
      taken_q <= taken_q + 1'b1;
    end
  end

  ssm_tile_buffer #(.WriteBits(BeatBits), .RowBits(BeatBits), .MaxRows(ssm_map_pkg::PieceWords), .Slots(2)) u_beats (
    .clk_i, .rst_ni, .clear_i(1'b0), .alloc_i, .slot_free_o, .wr_valid_i, .wr_last_i, .wr_data_i,
    .row_i(ssm_pkg::CountBits'(taken_q[LogPiece-1:0])), .linear_i(1'b0), .row_valid_o(beat_there),
    .next_i(take && slot_last), .rd_en_i(take), .rd_row_i(ssm_pkg::CountBits'(taken_q[LogPiece-1:0])), .rd_data_o(beat),
    .release_i(take && slot_last)
  );
  ssm_index_gearbox #(.Lanes(Lanes)) u_gearbox (
    .clk_i, .rst_ni, .index_bits_i(cmd.index_bits), .enough_o(enough), .put_i(take), .beat_i(beat), .get_i(emit),
    .drop_i(last), .ranks_o(ranks)
  );

  // Unrank.
  logic                      unrank_valid, unrank_pop, rank_valid, rank_pop, pos_valid;
  logic [ssm_gemm_pkg::UnrankCmdBits-1:0] unrank_cmd;
  logic [Lanes*RankBits-1:0] rank;
  logic [Lanes*SetBits-1:0]  positions;

  always_comb begin
    unrank.beats      = rank_beats;
    unrank.index_bits = cmd.index_bits;
    unrank.n          = cmd.n;
    unrank.log2_m     = cmd.log2_m;
  end
  ssm_stream_fifo #(.Width(ssm_gemm_pkg::UnrankCmdBits), .Depth(ssm_map_pkg::RankDepth)) u_unrank_cmd (
    .clk_i, .rst_ni, .push_i(emit && first), .data_i(unrank), .ready_o(unrank_ready), .valid_o(unrank_valid),
    .data_o(unrank_cmd), .pop_i(unrank_pop)
  );
  ssm_stream_fifo #(.Width(Lanes * RankBits), .Depth(ssm_map_pkg::RankDepth)) u_ranks (
    .clk_i, .rst_ni, .push_i(emit), .data_i(ranks), .ready_o(rank_ready), .valid_o(rank_valid), .data_o(rank),
    .pop_i(rank_pop)
  );
  ssm_index_unrank #(.Groups(Lanes), .OutDepth(ssm_map_pkg::ResultDepth)) u_unrank (
    .clk_i, .rst_ni, .cmd_valid_i(unrank_valid), .cmd_i(unrank_cmd), .cmd_pop_o(unrank_pop), .rank_valid_i(rank_valid),
    .rank_i(rank), .rank_pop_o(rank_pop), .pos_valid_o(pos_valid), .pos_o(positions), .pos_pop_i(pos_valid), .inc_o
  );
  ssm_index_assemble #(.Lanes(Lanes), .Depth(Depth)) u_assemble (
    .clk_i, .rst_ni, .expect_i(emit), .last_i(last), .log2_gb_i(cmd.log2_gb), .pos_valid_i(pos_valid), .pos_i(positions), .row_valid_o,
    .row_last_o, .row_o
  );
endmodule
