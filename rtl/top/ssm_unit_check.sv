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
  input  logic [ssm_map_pkg::DescBits-1:0] desc_i,
  output logic [7:0]                      error_o
);
  localparam int unsigned Word    = DataBits / 8;
  localparam int unsigned LogWord = $clog2(Word);
  localparam int unsigned MaxLog  = $clog2(2 * ChannelWords);

  // ---- Fields ----
  ssm_map_pkg::desc_t desc;
  logic [7:0]  opcode;
  logic [31:0] count, tiles;  // tokens, words of a transfer or beats of parameters; tiles
  logic [15:0] x, y;          // what a unit reads and writes in the scratch
  logic        is_transfer, is_params, is_gemm, is_conv, is_norm, is_hadamard, is_row;

  assign desc        = desc_i;
  assign opcode      = desc.gemm.opcode;
  assign is_transfer = opcode == ssm_map_pkg::OpLoad || opcode == ssm_map_pkg::OpStore;
  assign is_params   = opcode == ssm_map_pkg::OpParams;
  assign is_gemm     = opcode == ssm_map_pkg::OpGemm;
  assign is_conv     = opcode == ssm_map_pkg::OpConv;
  assign is_norm     = opcode == ssm_map_pkg::OpNorm;
  assign is_hadamard = opcode == ssm_map_pkg::OpHadamard;
  assign is_row      = is_conv || is_norm || is_hadamard;
  always_comb begin
    count = is_transfer ? 32'(desc.transfer.words) : is_params ? 32'(desc.params.beats) : 32'(desc.gemm.tokens);
    tiles = 32'(desc.gemm.tiles);
    x     = desc.gemm.x;
    y     = desc.gemm.y;
    if (is_conv) begin
      count = 32'(desc.conv.tokens);
      tiles = 32'(desc.conv.tiles);
      x     = desc.conv.x;
      y     = desc.conv.u;
    end
    if (is_norm) begin
      count = 32'(desc.norm.tokens);
      tiles = 32'(desc.norm.tiles);
      x     = desc.norm.x;
      y     = desc.norm.y;
    end
    if (is_hadamard) begin
      count = 32'(desc.hadamard.tokens);
      tiles = 32'(desc.hadamard.tiles);
      x     = desc.hadamard.x;
      y     = desc.hadamard.y;
    end
  end

  // ---- N:M, of gemm and of an index ----
  logic [4:0]  n;
  logic [1:0]  m_code;
  logic [2:0]  log2_gb;
  logic [31:0] m, group_values, group_window;
  logic        pattern_bad, dense;

  assign n            = is_gemm ? desc.gemm.n : desc.params.n;
  assign m_code       = is_gemm ? desc.gemm.log2_m : desc.params.log2_m;
  assign log2_gb      = is_gemm ? desc.gemm.log2_groups : desc.params.log2_groups;
  assign m            = 32'd4 << m_code;
  assign dense        = 32'(n) == m;
  assign group_values = 32'(n) << log2_gb;
  assign group_window = m << log2_gb;
  assign pattern_bad  = n == '0 || m_code == 2'd3 || 32'(n) > m || group_values > 32'(GemmDepth)
                        || group_window > 32'(Word);

  // ---- Counts ----
  logic        index, tokens_bad, shape_bad, residual, to_z, single_word;
  logic [31:0] beats, k_words, x_tokens, sub, rows, order, order_m;
  logic [1:0]  kind;

  assign index       = desc.params.memory == ssm_map_pkg::MemIndex;
  assign beats       = 32'(desc.gemm.beats);
  assign k_words     = 32'(desc.gemm.k_words);
  assign x_tokens    = 32'(desc.gemm.x_tokens);
  assign sub         = 32'(LogWord) - 32'(log2_gb) - 32'(m_code) - 32'd2;
  assign kind        = desc.gemm.kind;
  assign residual    = kind == ssm_gemm_pkg::KindResidual;
  assign to_z        = desc.gemm.to_z;
  assign single_word = kind == ssm_gemm_pkg::KindSilu || (kind == ssm_gemm_pkg::KindNone && !desc.gemm.wide);
  assign rows        = beats * tiles;  // of weights
  assign order       = 32'(desc.hadamard.order);
  always_comb begin
    unique case (order[2:0])
      3'd0:    order_m = 32'd1;
      3'd1:    order_m = 32'd12;
      3'd2:    order_m = 32'd20;
      3'd3:    order_m = 32'd28;
      default: order_m = 32'd40;
    endcase
  end
  assign tokens_bad = (is_gemm || is_row) && (count == '0 || count > 32'(ChunkTokens)
                      || (is_gemm && (x_tokens == '0 || x_tokens > 32'(ChunkTokens))));

  always_comb begin
    shape_bad = count == '0;
    if (is_params && desc.params.w4) shape_bad = shape_bad || desc.params.memory != ssm_map_pkg::MemWeights;
    if (is_params && desc.params.slots) shape_bad = shape_bad || (desc.params.memory != ssm_map_pkg::MemWeights && !index);
    if (is_params && index) begin
      shape_bad = shape_bad || pattern_bad || desc.params.rows == '0 || desc.params.index_bits == '0
                  || desc.params.index_bits == 4'd15;
    end
    if (is_gemm) begin
      shape_bad = tiles == '0 || beats == '0 || k_words == '0 || pattern_bad || beats > k_words << sub
                  || (to_z && !single_word);
    end
    if (is_row) shape_bad = tiles == '0 || tiles > 32'(ChannelWords);
    if (is_hadamard) begin
      if (desc.hadamard.pass) shape_bad = shape_bad || order != '0 || desc.hadamard.log2_beats != '0;
      else begin
        shape_bad = shape_bad || order > 32'd4 || 32'(desc.hadamard.log2_beats) > 32'(MaxLog)
                    || order_m << desc.hadamard.log2_beats != tiles << 1;
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
    if (is_transfer) bounds_bad = 32'(desc.transfer.scratch) + count > 32'(ScratchWords);
    if (is_row) bounds_bad = outside(x) || outside(y);
    if (is_gemm) begin
      bounds_bad = (desc.gemm.load_x && outside(x)) || (!to_z && outside(y))
                   || (residual && outside(desc.gemm.r)) || k_words * x_tokens > 32'(GemmXWords)
                   || 32'(desc.gemm.w_row) + rows > 32'(GemmWeightRows)
                   || (!dense && 32'(desc.gemm.pos_row) + rows > 32'(GemmWeightRows))
                   || 32'(desc.gemm.shift_row) + tiles > 32'(ssm_map_pkg::GemmShiftRows)
                   || (desc.gemm.has_bias && 32'(desc.gemm.bias_row) + tiles > 32'(ssm_map_pkg::GemmBiasRows));
    end
    if (is_conv) begin
      bounds_bad = bounds_bad || (desc.conv.has_state && outside(desc.conv.s)) || (desc.conv.store_state && outside(desc.conv.h))
                   || 32'(desc.conv.p_row) + tiles > 32'(2 * ChannelWords);
    end
    if (is_norm) bounds_bad = bounds_bad || 32'(desc.norm.w_row) + (tiles << 1) > 32'(4 * ChannelWords);
  end

  always_comb begin
    error_o = ssm_map_pkg::ErrNone;
    if (opcode < ssm_map_pkg::OpLoad || opcode > ssm_map_pkg::OpHadamard) error_o = ssm_map_pkg::ErrOpcode;
    else if (tokens_bad) error_o = ssm_map_pkg::ErrTokens;
    else if (shape_bad) error_o = ssm_map_pkg::ErrShape;
    else if (bounds_bad) error_o = ssm_map_pkg::ErrBounds;
  end
endmodule
