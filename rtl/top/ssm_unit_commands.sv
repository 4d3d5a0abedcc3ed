// ssm_unit_commands: the commands of the units out of a descriptor (sim/PROGRAM.md, section 2). Combinational.
module ssm_unit_commands (
  input  logic [ssm_map_pkg::DescBits-1:0]        desc_i,
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
  ssm_map_pkg::desc_t              desc;
  ssm_gemm_pkg::feed_cmd_t         gemm;
  ssm_unit_pkg::conv_cmd_t        conv;
  ssm_unit_pkg::norm_cmd_t        norm;
  ssm_hadamard_pkg::hadamard_cmd_t hadamard;
  ssm_gemm_pkg::index_cmd_t        index;

  assign desc = desc_i;

  always_comb begin
    gemm.release_x = desc.gemm.release_x;
    gemm.release_w = desc.gemm.release_w;
    gemm.gather    = desc.gemm.gather;
    gemm.has_bias  = desc.gemm.has_bias;
    gemm.tiles     = desc.gemm.tiles;
    gemm.w_row     = desc.gemm.w_row;
    gemm.pos_row   = desc.gemm.pos_row;
    gemm.shift_row = desc.gemm.shift_row;
    gemm.bias_row  = desc.gemm.bias_row;
    gemm.k_words   = desc.gemm.k_words;
    gemm.tokens    = desc.gemm.tokens;
    gemm.beats     = desc.gemm.beats;
    gemm.n         = desc.gemm.n;
    gemm.log2_m    = desc.gemm.log2_m;
    gemm.log2_gb   = desc.gemm.log2_groups;
    gemm.kind      = desc.gemm.kind;
    gemm.shift_out = desc.gemm.shift_out;
    gemm.wide      = desc.gemm.wide;

    conv.tokens      = desc.conv.tokens;
    conv.groups      = desc.conv.tiles;
    conv.width       = desc.conv.width;
    conv.shift_out   = desc.conv.shift_out;
    conv.store_state = desc.conv.store_state;
    conv.has_state   = desc.conv.has_state;
    conv.silu        = desc.conv.silu;

    norm.rows    = desc.norm.tokens;
    norm.beats   = norm_rows_o;
    norm.eps_sum = desc.norm.eps_sum;
    norm.shift   = desc.norm.shift;

    hadamard.pass       = desc.hadamard.pass;
    hadamard.rows       = hadamard.pass ? desc.hadamard.tokens * (desc.hadamard.tiles << 1) : desc.hadamard.tokens;
    hadamard.order      = desc.hadamard.order;
    hadamard.log2_beats = desc.hadamard.log2_beats;
    hadamard.shift      = desc.hadamard.shift;
    hadamard.wide       = desc.hadamard.wide;

    index.rows       = desc.params.rows;
    index.log2_gb    = desc.params.log2_groups;
    index.index_bits = desc.params.index_bits;
    index.n          = desc.params.n;
    index.log2_m     = desc.params.log2_m;
  end
  assign gemm_o      = gemm;
  assign conv_o      = conv;
  assign norm_o      = norm;
  assign hadamard_o  = hadamard;
  assign index_o     = index;
  assign conv_row_o  = desc.conv.p_row;
  assign conv_rows_o = desc.conv.tiles;
  assign norm_row_o  = desc.norm.w_row;
  assign norm_rows_o = desc.norm.tiles << 1;
endmodule
