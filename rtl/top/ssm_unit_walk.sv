// ssm_unit_walk: what a descriptor of the units (opcode 2..8) pushes, item by item in the order of sim/PROGRAM.md,
// section 3: its command, its scratch jobs (section 4), its DMA jobs; load, store and index in pieces of PieceWords.
// Contract: load_i takes the descriptor; the present item stands at kind_o and the job of that kind; sent_i strikes it
// off; last_o says that it is the last. The queues' state, fence and count of a scratch job are the sequencer's.
module ssm_unit_walk #(
  parameter int unsigned DataBits = 256
) (
  input  logic                               clk_i,
  input  logic                               rst_ni,
  input  logic                               load_i,
  input  logic [ssm_map_pkg::DescBits-1:0]    desc_i,
  input  logic                               sent_i,
  output logic                               last_o,
  output logic [1:0]                         kind_o,     // ssm_pkg::Emit*
  output logic [ssm_map_pkg::NumUnitCmds-1:0]   cmd_o,      // of kind EmitCmd
  output logic [ssm_pkg::JobBits-1:0]        dma_job_o,
  output logic [ssm_pkg::ScratchJobBits-1:0] scratch_job_o,
  output logic                               load_job_o,   // the scratch job is a load's
  output logic [ssm_map_pkg::DescBits-1:0]    desc_o        // being run, for the units
);
  localparam int unsigned AddrBits  = ssm_pkg::AddrBits;
  localparam int unsigned ByteShift = $clog2(DataBits / 8);
  localparam int unsigned NumItems  = 6;
  localparam logic [15:0] Piece     = 16'(ssm_map_pkg::PieceWords);

  ssm_map_pkg::desc_t desc_q, desc_new;
  logic [7:0]  opcode;
  logic        is_load, is_store, is_params, is_gemm, is_conv, is_norm, is_hadamard, index;

  assign desc_new    = desc_i;
  assign desc_o      = desc_q;
  assign opcode      = desc_q.gemm.opcode;
  assign is_load     = opcode == ssm_map_pkg::OpLoad;
  assign is_store    = opcode == ssm_map_pkg::OpStore;
  assign is_params   = opcode == ssm_map_pkg::OpParams;
  assign is_gemm     = opcode == ssm_map_pkg::OpGemm;
  assign is_conv     = opcode == ssm_map_pkg::OpConv;
  assign is_norm     = opcode == ssm_map_pkg::OpNorm;
  assign is_hadamard = opcode == ssm_map_pkg::OpHadamard;
  assign index       = is_params && desc_q.params.memory == ssm_map_pkg::MemIndex;

  // ---- Items, bit 0 first: command, read, read, dma, write, write. Pieces repeat all but the command ----
  logic [NumItems-1:0] present, sent_q, pending;
  logic [2:0]          item;
  logic [15:0]         left_q, offset_q, piece;
  logic                pieces, last_item, last_piece, wide_y, raw_y, residual;

  assign residual = desc_q.gemm.kind == ssm_gemm_pkg::KindResidual;
  assign raw_y    = desc_q.gemm.kind == ssm_gemm_pkg::KindRaw;
  assign wide_y   = residual || (desc_q.gemm.kind == ssm_gemm_pkg::KindNone && desc_q.gemm.wide);
  assign pieces   = is_load || is_store || index;
  assign piece    = pieces && left_q > Piece ? Piece : left_q;

  always_comb begin
    present    = '0;
    present[0] = is_gemm || is_conv || is_norm || is_hadamard || index;
    present[1] = is_store || (is_gemm && desc_q.gemm.load_x) || (is_conv && desc_q.conv.has_state);
    present[2] = (is_gemm && residual) || is_conv || is_norm || is_hadamard;
    present[3] = is_load || is_store || is_params;
    present[4] = is_load || (is_gemm && !desc_q.gemm.to_z) || is_conv || is_norm || is_hadamard;
    present[5] = is_conv && desc_q.conv.store_state;
  end
  assign pending = present & ~sent_q;
  always_comb begin
    item = '0;
    for (int i = NumItems - 1; i >= 0; i--) if (pending[i]) item = 3'(i);
  end
  assign last_item  = (pending & (pending - 1'b1)) == '0;
  assign last_piece = !pieces || left_q <= Piece;
  assign last_o     = last_item && last_piece;
  assign cmd_o      = {index, is_hadamard, is_norm, is_conv, is_gemm};
  assign load_job_o = is_load;
  always_comb begin
    unique case (item)
      3'd0:       kind_o = ssm_pkg::EmitCmd;
      3'd1, 3'd2: kind_o = ssm_pkg::EmitRead;
      3'd3:       kind_o = ssm_pkg::EmitDma;
      default:    kind_o = ssm_pkg::EmitWrite;
    endcase
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) sent_q <= '0;
    else if (load_i) sent_q <= '0;
    else if (sent_i) sent_q <= last_item ? NumItems'(1) : sent_q | (NumItems'(1) << item);
  end
  always_ff @(posedge clk_i) begin
    if (load_i) begin
      desc_q   <= desc_i;
      left_q   <= desc_new.gemm.opcode == ssm_map_pkg::OpParams ? desc_new.params.beats : desc_new.transfer.words;
      offset_q <= '0;
    end else if (sent_i && last_item) begin
      left_q   <= left_q - piece;
      offset_q <= offset_q + piece;
    end
  end

  // ---- DMA job ----
  ssm_pkg::job_t dma_job;
  always_comb begin
    dma_job.write  = is_store;
    dma_job.drain  = is_load && desc_q.transfer.drain && offset_q == '0;
    dma_job.target = is_load ? ssm_map_pkg::TargetLoad : ssm_map_pkg::TargetParams + 5'(desc_q.params.memory);
    if (is_params && desc_q.params.w4) dma_job.target = ssm_map_pkg::TargetW4;
    if (is_store) dma_job.target = 5'(ssm_map_pkg::SourceStore);
    dma_job.addr   = AddrBits'(is_params ? desc_q.params.dram : desc_q.transfer.dram) + (AddrBits'(offset_q) << ByteShift);
    dma_job.beats  = piece;
  end
  assign dma_job_o = dma_job;

  // ---- Scratch job ----
  ssm_pkg::scratch_job_t job;
  logic [15:0] tokens, tiles, x, x_pitch, y, y_pitch, last_token, step;
  logic        backward, hadamard_wide;

  always_comb begin
    tokens  = desc_q.gemm.tokens;
    tiles   = desc_q.gemm.tiles;
    x       = desc_q.gemm.x;
    x_pitch = desc_q.gemm.x_pitch;
    y       = desc_q.gemm.y;
    y_pitch = desc_q.gemm.y_pitch;
    if (is_conv) begin
      tokens  = desc_q.conv.tokens;
      tiles   = desc_q.conv.tiles;
      x       = desc_q.conv.x;
      x_pitch = desc_q.conv.x_pitch;
      y       = desc_q.conv.u;
      y_pitch = desc_q.conv.u_pitch;
    end
    if (is_norm) begin
      tokens  = desc_q.norm.tokens;
      tiles   = desc_q.norm.tiles;
      x       = desc_q.norm.x;
      x_pitch = desc_q.norm.x_pitch;
      y       = desc_q.norm.y;
      y_pitch = desc_q.norm.y_pitch;
    end
    if (is_hadamard) begin
      tokens  = desc_q.hadamard.tokens;
      tiles   = desc_q.hadamard.tiles;
      x       = desc_q.hadamard.x;
      x_pitch = desc_q.hadamard.x_pitch;
      y       = desc_q.hadamard.y;
      y_pitch = desc_q.hadamard.y_pitch;
    end
  end
  assign backward      = is_conv && desc_q.conv.reverse;
  assign last_token    = backward ? tokens - 1'b1 : '0;
  assign step          = backward ? 16'hffff : 16'd1;
  assign hadamard_wide = is_hadamard && desc_q.hadamard.wide;

  always_comb begin
    job      = '0;
    job.mode = ssm_map_pkg::ModeSingle;
    job.s0   = 16'd1;
    job.n1   = 16'd1;
    job.n2   = 16'd1;
    if (is_load || is_store) begin
      job.port = is_load ? ssm_map_pkg::WriteLoad : ssm_map_pkg::ReadStore;
      job.base = desc_q.transfer.scratch + offset_q;
      job.n0   = piece;
    end else if (is_gemm) begin
      unique case (item)
        3'd1: begin
          job.port = ssm_map_pkg::ReadGemmX;
          job.base = x;
          job.n0   = desc_q.gemm.k_words;
          job.s0   = x_pitch;
          job.n1   = desc_q.gemm.x_tokens;
          job.s1   = desc_q.gemm.x_step;
        end
        3'd2: begin
          job.port = ssm_map_pkg::ReadGemmR;
          job.mode = ssm_map_pkg::ModeDouble;
          job.base = desc_q.gemm.r;
          job.n0   = 16'd2;
          job.n1   = tokens;
          job.s1   = desc_q.gemm.r_step;
          job.n2   = tiles;
          job.s2   = desc_q.gemm.r_pitch;
        end
        default: begin
          job.port    = ssm_map_pkg::WriteGemm;
          job.mode    = raw_y ? ssm_map_pkg::ModeQuad : wide_y ? ssm_map_pkg::ModeDouble : ssm_map_pkg::ModeSingle;
          job.scatter = desc_q.gemm.scatter;
          job.base    = y;
          job.n0      = raw_y ? 16'd4 : wide_y ? 16'd2 : 16'd1;
          job.n1      = tokens;
          job.s1      = desc_q.gemm.y_step;
          job.n2      = tiles;
          job.s2      = y_pitch;
        end
      endcase
    end else if (is_conv) begin
      unique case (item)
        3'd1, 3'd5: begin
          job.port = item == 3'd1 ? ssm_map_pkg::ReadConvS : ssm_map_pkg::WriteConvH;
          job.mode = ssm_map_pkg::ModeTriple;
          job.base = item == 3'd1 ? desc_q.conv.s : desc_q.conv.h;
          job.n0   = tiles + (tiles << 1);
        end
        default: begin
          job.port = item == 3'd2 ? ssm_map_pkg::ReadConvX : ssm_map_pkg::WriteConvU;
          job.base = (item == 3'd2 ? x : y) + last_token;
          job.n0   = tiles;
          job.s0   = item == 3'd2 ? x_pitch : y_pitch;
          job.n1   = tokens;
          job.s1   = step;
        end
      endcase
    end else if (item == 3'd2 || hadamard_wide) begin  // norm and hadamard: two words of 16-bit values per tile
      job.port = is_norm ? ssm_map_pkg::ReadNormX : item == 3'd2 ? ssm_map_pkg::ReadHadamardX : ssm_map_pkg::WriteHadamard;
      job.base = item == 3'd2 ? x : y;
      job.n0   = 16'd2;
      job.n1   = tiles;
      job.s1   = item == 3'd2 ? x_pitch : y_pitch;
      job.n2   = tokens;
      job.s2   = 16'd2;
    end else begin
      job.port = is_norm ? ssm_map_pkg::WriteNorm : ssm_map_pkg::WriteHadamard;
      job.mode = ssm_map_pkg::ModePair;
      job.base = y;
      job.n0   = tiles;
      job.s0   = y_pitch;
      job.n1   = tokens;
      job.s1   = 16'd1;
    end
  end
  assign scratch_job_o = job;
endmodule
