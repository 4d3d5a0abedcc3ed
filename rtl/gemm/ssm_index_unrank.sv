// ssm_index_unrank: beats of Groups ranks to beats of Groups sets of positions, N and M by command.
// Contract: one beat per cycle when command, ranks and a credit of pos are there; visible at issue + 9.
// sim/UNITS.md, index_unrank.
module ssm_index_unrank #(
  parameter int unsigned Groups = 4,
  parameter int unsigned OutDepth = 16
) (
  input  logic                                   clk_i,
  input  logic                                   rst_ni,
  input  logic                                   cmd_valid_i,
  input  logic [ssm_gemm_pkg::UnrankCmdBits-1:0] cmd_i,
  output logic                                   cmd_pop_o,
  input  logic                                   rank_valid_i,
  input  logic [Groups*ssm_gemm_pkg::RankBits-1:0] rank_i,
  output logic                                   rank_pop_o,
  output logic                                   pos_valid_o,
  output logic [Groups*ssm_gemm_pkg::MaxM*ssm_gemm_pkg::PosBits-1:0] pos_o,
  input  logic                                   pos_pop_i,
  // Counter events.
  output logic [ssm_map_pkg::LastIndexUnrank:ssm_map_pkg::FirstIndexUnrank][ssm_map_pkg::IncBits-1:0] inc_o
);
  localparam int unsigned IncBits  = ssm_map_pkg::IncBits;
  localparam int unsigned RankBits = ssm_gemm_pkg::RankBits;
  localparam int unsigned SetBits  = ssm_gemm_pkg::MaxM * ssm_gemm_pkg::PosBits;
  localparam int unsigned Stages   = 8;

  ssm_gemm_pkg::unrank_cmd_t cmd;
  logic [15:0]               beat_q;
  logic [Stages:1]           valid_q;
  logic                      issue, credit, last_beat, fifo_ready_unused;
  logic [Groups*SetBits-1:0] positions;

  assign cmd        = cmd_i;
  assign last_beat  = beat_q == cmd.beats - 1'b1;
  assign issue      = cmd_valid_i && rank_valid_i && credit;
  assign rank_pop_o = issue;
  assign cmd_pop_o  = issue && last_beat;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      beat_q  <= '0;
      valid_q <= '0;
    end else begin
      if (issue) beat_q <= last_beat ? '0 : beat_q + 1'b1;
      valid_q <= {valid_q[Stages-1:1], issue};
    end
  end

  generate
    for (genvar g = 0; g < Groups; g++) begin : gen_group
      ssm_nm_unrank u_nm_unrank (
        .clk_i, .enable_i({valid_q[Stages-1:1], issue}), .rank_i(rank_i[g*RankBits +: RankBits]), .n_i(cmd.n), .log2_m_i(cmd.log2_m),
        .positions_o(positions[g*SetBits +: SetBits])
      );
    end
  endgenerate

  ssm_stream_credit #(.Depth(OutDepth)) u_credit (
    .clk_i, .rst_ni, .take_i(issue), .give_i(pos_pop_i), .available_o(credit)
  );
  ssm_stream_fifo #(.Width(Groups * SetBits), .Depth(OutDepth)) u_pos_fifo (
    .clk_i, .rst_ni, .push_i(valid_q[Stages]), .data_i(positions), .ready_o(fifo_ready_unused), .valid_o(pos_valid_o),
    .data_o(pos_o), .pop_i(pos_pop_i)
  );

  assign inc_o[ssm_map_pkg::CounterIndexUnrankBusy]      = IncBits'(issue);
  assign inc_o[ssm_map_pkg::CounterIndexUnrankWaitIn]    = IncBits'(cmd_valid_i && !rank_valid_i);
  assign inc_o[ssm_map_pkg::CounterIndexUnrankWaitOut]   = IncBits'(cmd_valid_i && rank_valid_i && !credit);
  assign inc_o[ssm_map_pkg::CounterIndexUnrankIdle]      = IncBits'(!cmd_valid_i);
  assign inc_o[ssm_map_pkg::CounterIndexUnrankUnranks]   = issue ? IncBits'(Groups) : '0;
  assign inc_o[ssm_map_pkg::CounterIndexUnrankIndexBits] = issue ? IncBits'(Groups) * IncBits'(cmd.index_bits) : '0;
endmodule
