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
  input  logic [8*ssm_pkg::DescBytes-1:0]    desc_i,
  input  logic                               sent_i,
  output logic                               last_o,
  output logic [1:0]                         kind_o,     // ssm_pkg::Emit*
  output logic [ssm_pkg::NumUnitCmds-1:0]   cmd_o,      // of kind EmitCmd
  output logic [ssm_pkg::JobBits-1:0]        dma_job_o,
  output logic [ssm_pkg::ScratchJobBits-1:0] scratch_job_o,
  output logic                               load_job_o,   // the scratch job is a load's
  output logic [8*ssm_pkg::DescBytes-1:0]    desc_o        // being run, for the units
);
  localparam int unsigned AddrBits  = ssm_pkg::AddrBits;
  localparam int unsigned ByteShift = $clog2(DataBits / 8);
  localparam int unsigned NumItems  = 6;
  localparam logic [15:0] Piece     = 16'(ssm_pkg::PieceWords);

  logic [8*ssm_pkg::DescBytes-1:0] desc_q;
  logic [7:0]  opcode;
  logic        is_load, is_store, is_params, is_gemm, is_conv, is_norm, is_hadamard, index;
  logic [15:0] low1, high1;

  assign desc_o      = desc_q;
  assign opcode      = desc_q[7:0];
  assign is_load     = opcode == ssm_pkg::OpLoad;
  assign is_store    = opcode == ssm_pkg::OpStore;
  assign is_params   = opcode == ssm_pkg::OpParams;
  assign is_gemm     = opcode == ssm_pkg::OpGemm;
  assign is_conv     = opcode == ssm_pkg::OpConv;
  assign is_norm     = opcode == ssm_pkg::OpNorm;
  assign is_hadamard = opcode == ssm_pkg::OpHadamard;
  assign low1        = desc_q[32 +: 16];   // words, beats or tokens
  assign high1       = desc_q[48 +: 16];   // scratch address or tiles
  assign index       = is_params && desc_q[50:48] == 3'd1;

  // ---- Items, bit 0 first: command, read, read, dma, write, write. Pieces repeat all but the command ----
  logic [NumItems-1:0] present, sent_q, pending;
  logic [2:0]          item;
  logic [15:0]         left_q, offset_q, piece;
  logic                pieces, last_item, last_piece, wide_y, raw_y, residual;

  assign residual = desc_q[97:96] == ssm_gemm_pkg::KindResidual;
  assign raw_y    = desc_q[97:96] == ssm_gemm_pkg::KindRaw;
  assign wide_y   = residual || (desc_q[97:96] == ssm_gemm_pkg::KindNone && desc_q[98]);
  assign pieces   = is_load || is_store || index;
  assign piece    = pieces && left_q > Piece ? Piece : left_q;

  always_comb begin
    present    = '0;
    present[0] = is_gemm || is_conv || is_norm || is_hadamard || index;
    present[1] = is_store || (is_gemm && desc_q[8]) || (is_conv && desc_q[8]);
    present[2] = (is_gemm && residual) || is_conv || is_norm || is_hadamard;
    present[3] = is_load || is_store || is_params;
    present[4] = is_load || (is_gemm && !desc_q[10]) || is_conv || is_norm || is_hadamard;
    present[5] = is_conv && desc_q[9];
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
      left_q   <= desc_i[32 +: 16];
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
    dma_job.drain  = is_load && desc_q[30] && offset_q == '0;
    dma_job.target = is_load ? ssm_pkg::TargetLoad : ssm_pkg::TargetParams + 5'(desc_q[50:48]);
    if (is_params && desc_q[9]) dma_job.target = ssm_pkg::TargetW4;
    if (is_store) dma_job.target = 5'(ssm_pkg::SourceStore);
    dma_job.addr   = desc_q[128 +: AddrBits] + (AddrBits'(offset_q) << ByteShift);
    dma_job.beats  = piece;
  end
  assign dma_job_o = dma_job;

  // ---- Scratch job ----
  ssm_pkg::scratch_job_t job;
  logic [15:0] tokens, tiles, x, x_pitch, y, y_pitch, r, r_pitch, last_token, step;
  logic        backward, hadamard_wide;

  assign tokens        = low1;
  assign tiles         = high1;
  assign {x_pitch, x}  = desc_q[32*6 +: 32];
  assign {y_pitch, y}  = desc_q[32*7 +: 32];
  assign {r_pitch, r}  = desc_q[32*8 +: 32];
  assign backward      = is_conv && desc_q[10];
  assign last_token    = backward ? tokens - 1'b1 : '0;
  assign step          = backward ? 16'hffff : 16'd1;
  assign hadamard_wide = is_hadamard && desc_q[88];

  always_comb begin
    job      = '0;
    job.mode = ssm_pkg::ModeSingle;
    job.s0   = 16'd1;
    job.n1   = 16'd1;
    job.n2   = 16'd1;
    if (is_load || is_store) begin
      job.port = is_load ? ssm_pkg::WriteLoad : ssm_pkg::ReadStore;
      job.base = high1 + offset_q;
      job.n0   = piece;
    end else if (is_gemm) begin
      unique case (item)
        3'd1: begin
          job.port = ssm_pkg::ReadGemmX;
          job.base = x;
          job.n0   = desc_q[32*9 +: 16];
          job.s0   = x_pitch;
          job.n1   = desc_q[32*9+16 +: 16];
          job.s1   = desc_q[32*10 +: 16];
        end
        3'd2: begin
          job.port = ssm_pkg::ReadGemmR;
          job.mode = ssm_pkg::ModeDouble;
          job.base = r;
          job.n0   = 16'd2;
          job.n1   = tokens;
          job.s1   = desc_q[32*11 +: 16];
          job.n2   = tiles;
          job.s2   = r_pitch;
        end
        default: begin
          job.port    = ssm_pkg::WriteGemm;
          job.mode    = raw_y ? ssm_pkg::ModeQuad : wide_y ? ssm_pkg::ModeDouble : ssm_pkg::ModeSingle;
          job.scatter = desc_q[12];
          job.base    = y;
          job.n0      = raw_y ? 16'd4 : wide_y ? 16'd2 : 16'd1;
          job.n1      = tokens;
          job.s1      = desc_q[32*10+16 +: 16];
          job.n2      = tiles;
          job.s2      = y_pitch;
        end
      endcase
    end else if (is_conv) begin
      unique case (item)
        3'd1, 3'd5: begin
          job.port = item == 3'd1 ? ssm_pkg::ReadConvS : ssm_pkg::WriteConvH;
          job.mode = ssm_pkg::ModeTriple;
          job.base = item == 3'd1 ? r : r_pitch;
          job.n0   = tiles + (tiles << 1);
        end
        default: begin
          job.port = item == 3'd2 ? ssm_pkg::ReadConvX : ssm_pkg::WriteConvU;
          job.base = (item == 3'd2 ? x : y) + last_token;
          job.n0   = tiles;
          job.s0   = item == 3'd2 ? x_pitch : y_pitch;
          job.n1   = tokens;
          job.s1   = step;
        end
      endcase
    end else if (item == 3'd2 || hadamard_wide) begin  // norm and hadamard: two words of 16-bit values per tile
      job.port = is_norm ? ssm_pkg::ReadNormX : item == 3'd2 ? ssm_pkg::ReadHadamardX : ssm_pkg::WriteHadamard;
      job.base = item == 3'd2 ? x : y;
      job.n0   = 16'd2;
      job.n1   = tiles;
      job.s1   = item == 3'd2 ? x_pitch : y_pitch;
      job.n2   = tokens;
      job.s2   = 16'd2;
    end else begin
      job.port = is_norm ? ssm_pkg::WriteNorm : ssm_pkg::WriteHadamard;
      job.mode = ssm_pkg::ModePair;
      job.base = y;
      job.n0   = tiles;
      job.s0   = y_pitch;
      job.n1   = tokens;
      job.s1   = 16'd1;
    end
  end
  assign scratch_job_o = job;
endmodule
