// ssm_unit_commands: the commands of the units out of a descriptor (sim/PROGRAM.md, section 2). Combinational.
module ssm_unit_commands (
  input  logic [8*ssm_pkg::DescBytes-1:0]        desc_i,
  output logic [ssm_gemm_pkg::FeedCmdBits-1:0]   gemm_o,
  output logic [ssm_unit_pkg::ConvCmdBits-1:0]  conv_o,
  output logic [ssm_unit_pkg::NormCmdBits-1:0]  norm_o,
  output logic [ssm_hadamard_pkg::CmdBits-1:0]   hadamard_o,
  output logic [ssm_gemm_pkg::IndexCmdBits-1:0]  index_o,
  output logic [15:0]                            conv_row_o,    // parameter rows: first and number
  output logic [15:0]                            conv_rows_o,
  output logic [15:0]                            norm_row_o,
  output logic [15:0]                            norm_rows_o
);
  logic [31:0] word0, word1, word2, word3, word4, word5, word9;
  logic [15:0] tokens, tiles;
  ssm_gemm_pkg::feed_cmd_t         gemm;
  ssm_unit_pkg::conv_cmd_t        conv;
  ssm_unit_pkg::norm_cmd_t        norm;
  ssm_hadamard_pkg::hadamard_cmd_t hadamard;
  ssm_gemm_pkg::index_cmd_t        index;

  assign word0  = desc_i[32*0 +: 32];
  assign word1  = desc_i[32*1 +: 32];
  assign word2  = desc_i[32*2 +: 32];
  assign word3  = desc_i[32*3 +: 32];
  assign word4  = desc_i[32*4 +: 32];
  assign word5  = desc_i[32*5 +: 32];
  assign word9  = desc_i[32*9 +: 32];
  assign tokens = word1[15:0];
  assign tiles  = word1[31:16];

  always_comb begin
    gemm.release_x = word0[9];
    gemm.gather    = word0[11];
    gemm.has_bias  = word3[3];
    gemm.tiles     = tiles;
    gemm.w_row     = word4[15:0];
    gemm.pos_row   = word4[31:16];
    gemm.shift_row = word5[15:0];
    gemm.bias_row  = word5[31:16];
    gemm.k_words   = word9[15:0];
    gemm.tokens    = tokens;
    gemm.beats     = word2[15:0];
    gemm.n         = word2[20:16];
    gemm.log2_m    = word2[25:24];
    gemm.log2_gb   = word2[30:28];
    gemm.kind      = word3[1:0];
    gemm.shift_out = word3[12:8];
    gemm.wide      = word3[2];

    conv.tokens      = tokens;
    conv.groups      = tiles;
    conv.width       = word2[1:0];
    conv.shift_out   = word2[12:8];
    conv.store_state = word0[9];
    conv.has_state   = word0[8];
    conv.silu        = word2[16];

    norm.rows    = tokens;
    norm.beats   = norm_rows_o;
    norm.eps_sum = {word4[15:0], word3};
    norm.shift   = word2[6:0];

    hadamard.pass       = word2[25];
    hadamard.rows       = hadamard.pass ? tokens * (tiles << 1) : tokens;
    hadamard.order      = word2[18:16];
    hadamard.log2_beats = word2[11:8];
    hadamard.shift      = word2[4:0];
    hadamard.wide       = word2[24];

    index.rows       = word3[15:0];
    index.log2_gb    = word2[14:12];
    index.index_bits = word2[19:16];
    index.n          = word2[4:0];
    index.log2_m     = word2[9:8];
  end
  assign gemm_o      = gemm;
  assign conv_o      = conv;
  assign norm_o      = norm;
  assign hadamard_o  = hadamard;
  assign index_o     = index;
  assign conv_row_o  = word3[15:0];
  assign conv_rows_o = tiles;
  assign norm_row_o  = word5[15:0];
  assign norm_rows_o = tiles << 1;
endmodule
