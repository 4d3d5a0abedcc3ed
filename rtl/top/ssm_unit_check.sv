// ssm_unit_check: which rule of sim/PROGRAM.md, section 6, a descriptor of opcode 2..8 breaks, the first in the order
// given there; ErrNone for a legal one. Combinational. The same rules as sim/unit_check.h.
module ssm_unit_check #(
  parameter int unsigned GemmDepth = 8,
  parameter int unsigned GemmWeightRows = 1024,
  parameter int unsigned GemmXWords = 1024,
  parameter int unsigned ScratchWords = 16384,
  parameter int unsigned ChannelWords = 64,
  parameter int unsigned ChunkTokens = 128,
  parameter int unsigned DataBits = 256
) (
  input  logic [8*ssm_pkg::DescBytes-1:0] desc_i,
  output logic [7:0]                      error_o
);
  localparam int unsigned Word      = DataBits / 8;
  localparam int unsigned LogWord   = $clog2(Word);
  localparam int unsigned ShiftRows = 512;
  localparam int unsigned BiasRows  = 64;
  localparam int unsigned MaxLog    = $clog2(2 * ChannelWords);

  // ---- Fields; one name may lie at the same place in several opcodes ----
  logic [7:0]  opcode;
  logic [31:0] word [10];
  logic [31:0] low1, high1;
  logic        is_transfer, is_params, is_gemm, is_conv, is_norm, is_hadamard, is_row;

  assign opcode = desc_i[7:0];
  generate
    for (genvar i = 0; i < 10; i++) begin : gen_word
      assign word[i] = desc_i[32*i +: 32];
    end
  endgenerate
  assign low1        = 32'(word[1][15:0]);
  assign high1       = 32'(word[1][31:16]);
  assign is_transfer = opcode == ssm_pkg::OpLoad || opcode == ssm_pkg::OpStore;
  assign is_params   = opcode == ssm_pkg::OpParams;
  assign is_gemm     = opcode == ssm_pkg::OpGemm;
  assign is_conv     = opcode == ssm_pkg::OpConv;
  assign is_norm     = opcode == ssm_pkg::OpNorm;
  assign is_hadamard = opcode == ssm_pkg::OpHadamard;
  assign is_row      = is_conv || is_norm || is_hadamard;

  // ---- N:M, of gemm and of an index ----
  logic [4:0]  n;
  logic [1:0]  m_code;
  logic [2:0]  log2_gb;
  logic [31:0] m, group_values, group_window;
  logic        pattern_bad, dense;

  assign n            = is_gemm ? word[2][20:16] : word[2][4:0];
  assign m_code       = is_gemm ? word[2][25:24] : word[2][9:8];
  assign log2_gb      = is_gemm ? word[2][30:28] : word[2][14:12];
  assign m            = 32'd4 << m_code;
  assign dense        = 32'(n) == m;
  assign group_values = 32'(n) << log2_gb;
  assign group_window = m << log2_gb;
  assign pattern_bad  = n == '0 || m_code == 2'd3 || 32'(n) > m || group_values > 32'(GemmDepth)
                        || group_window > 32'(Word);

  // ---- Counts ----
  logic        index, tokens_bad, shape_bad, residual, to_z, single_word;
  logic [31:0] k_words, x_tokens, sub, tiles, rows, order, order_m;
  logic [1:0]  kind;

  assign index       = word[1][18:16] == 3'd1;
  assign k_words     = 32'(word[9][15:0]);
  assign x_tokens    = 32'(word[9][31:16]);
  assign sub         = 32'(LogWord) - 32'(log2_gb) - 32'(m_code) - 32'd2;
  assign tiles       = high1;
  assign kind        = word[3][1:0];
  assign residual    = kind == ssm_gemm_pkg::KindResidual;
  assign to_z        = desc_i[10];
  assign single_word = kind == ssm_gemm_pkg::KindSilu || (kind == ssm_gemm_pkg::KindNone && !word[3][2]);
  assign rows        = 32'(word[2][15:0]) * tiles;  // of weights
  assign order       = 32'(word[2][18:16]);
  always_comb begin
    unique case (order[2:0])
      3'd0:    order_m = 32'd1;
      3'd1:    order_m = 32'd12;
      3'd2:    order_m = 32'd20;
      3'd3:    order_m = 32'd28;
      default: order_m = 32'd40;
    endcase
  end
  assign tokens_bad = (is_gemm || is_row) && (low1 == '0 || low1 > 32'(ChunkTokens)
                      || (is_gemm && (x_tokens == '0 || x_tokens > 32'(ChunkTokens))));

  always_comb begin
    shape_bad = low1 == '0;
    if (is_params && desc_i[9]) shape_bad = shape_bad || word[1][18:16] != '0;  // w4
    if (is_params && index) begin
      shape_bad = shape_bad || pattern_bad || word[3][15:0] == '0 || word[2][19:16] == '0 || word[2][19:16] == 4'd15;
    end
    if (is_gemm) begin
      shape_bad = tiles == '0 || word[2][15:0] == '0 || k_words == '0 || pattern_bad
                  || 32'(word[2][15:0]) > k_words << sub || (to_z && !single_word);
    end
    if (is_row) shape_bad = tiles == '0 || tiles > 32'(ChannelWords);
    if (is_hadamard) begin
      if (word[2][25]) shape_bad = shape_bad || order != '0 || word[2][11:8] != '0;  // pass
      else begin
        shape_bad = shape_bad || order > 32'd4 || 32'(word[2][11:8]) > 32'(MaxLog)
                    || order_m << word[2][11:8] != tiles << 1;
      end
    end
  end

  // ---- Memories ----
  logic bounds_bad;
  function automatic logic outside(input logic [15:0] address);
    outside = 32'(address) >= 32'(ScratchWords);
  endfunction

  always_comb begin
    bounds_bad = 1'b0;
    if (is_transfer) bounds_bad = high1 + low1 > 32'(ScratchWords);
    if (is_gemm || is_row) bounds_bad = outside(word[6][15:0]) || outside(word[7][15:0]);
    if (is_gemm) begin
      bounds_bad = (desc_i[8] && outside(word[6][15:0])) || (!to_z && outside(word[7][15:0]))
                   || (residual && outside(word[8][15:0])) || k_words * x_tokens > 32'(GemmXWords)
                   || 32'(word[4][15:0]) + rows > 32'(GemmWeightRows)
                   || (!dense && 32'(word[4][31:16]) + rows > 32'(GemmWeightRows))
                   || 32'(word[5][15:0]) + tiles > 32'(ShiftRows)
                   || (word[3][3] && 32'(word[5][31:16]) + tiles > 32'(BiasRows));
    end
    if (is_conv) begin
      bounds_bad = bounds_bad || (desc_i[8] && outside(word[8][15:0])) || (desc_i[9] && outside(word[8][31:16]))
                   || 32'(word[3][15:0]) + tiles > 32'(2 * ChannelWords);
    end
    if (is_norm) bounds_bad = bounds_bad || 32'(word[5][15:0]) + (tiles << 1) > 32'(4 * ChannelWords);
  end

  always_comb begin
    error_o = ssm_pkg::ErrNone;
    if (opcode < ssm_pkg::OpLoad || opcode > ssm_pkg::OpHadamard) error_o = ssm_pkg::ErrOpcode;
    else if (tokens_bad) error_o = ssm_pkg::ErrTokens;
    else if (shape_bad) error_o = ssm_pkg::ErrShape;
    else if (bounds_bad) error_o = ssm_pkg::ErrBounds;
  end
endmodule
