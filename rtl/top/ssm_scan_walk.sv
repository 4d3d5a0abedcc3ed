// ssm_scan_walk: where a scan descriptor's walk over chunks, tiles and sets stands, and what its tile needs: one command for
// the four compute blocks, the read jobs LIST DB B C U DELTA A H0 Z as far as they are needed (lowest first), and the write
// jobs HT Y, which the sequencer sends LagTiles tiles later. Set records wait in a file of their own (sim/SETS.md).
// With local the jobs of u, delta, z, B, C and y are scratch jobs (sim/PROGRAM.md, section 4); with z_gemm z comes from gemm.
// Contract: load_i takes the descriptor and goes to its first tile, set_load_i one of its records, in their order; read_sent_i
// strikes the present read job off; tile_end_i goes to the next set or tile. Holds no state of the queues: when something is sent is the sequencer's decision.
module ssm_scan_walk #(
  parameter int unsigned NumLanes = 4,
  parameter int unsigned StatesPerLane = 16,
  parameter int unsigned Interleave = 2,
  parameter int unsigned OperandBits = 8,
  parameter int unsigned OutputBits = 16,
  parameter int unsigned StoredBits = 16,
  parameter int unsigned DataBits = 128,
  parameter int unsigned MaxSets = 0
) (
  input  logic                             clk_i,
  input  logic                             rst_ni,
  input  logic                             load_i,
  input  logic                             set_load_i,
  input  logic [ssm_map_pkg::DescBits-1:0]  desc_i,
  input  logic                             read_sent_i,
  input  logic                             tile_end_i,
  output logic                             last_o,        // the last tile of the descriptor
  output logic                             read_valid_o,  // a read job of this tile is left
  output logic                             read_last_o,   // it is the only one left
  output logic [1:0]                       read_kind_o,   // ssm_pkg::Emit*
  output logic [ssm_pkg::JobBits-1:0]      read_job_o,
  output logic [ssm_pkg::ScratchJobBits-1:0] scratch_job_o,  // fence and count are the sequencer's
  output logic [ssm_pkg::LagBits-1:0]      writes_o,
  output logic [ssm_pkg::TokenCmdBits-1:0] token_cmd_o,
  output logic [ssm_pkg::DeltaCmdBits-1:0] delta_cmd_o,
  output logic [ssm_pkg::ScanCmdBits-1:0]  scan_cmd_o,
  output logic [ssm_pkg::PackCmdBits-1:0]  pack_cmd_o,
  output logic [ssm_pkg::GateCmdBits-1:0]  gate_cmd_o
);
  localparam int unsigned CountBits = ssm_pkg::CountBits;
  localparam int unsigned AddrBits  = ssm_pkg::AddrBits;
  localparam int unsigned DataBytes = DataBits / 8;
  localparam int unsigned ByteShift = $clog2(DataBytes);

  // Bytes of one row of each region; jobs are whole beats.
  localparam int unsigned OperandRow = NumLanes * OperandBits / 8;
  localparam int unsigned OutputRow  = NumLanes * OutputBits / 8;
  localparam int unsigned PassRow    = StatesPerLane * OperandBits / 8;
  localparam int unsigned RateRow    = NumLanes * PassRow;
  localparam int unsigned StateRow   = NumLanes * StatesPerLane * StoredBits / 8;
  localparam int unsigned ParamRow   = NumLanes * 2 * ssm_pkg::ParamBits / 8;
  localparam int unsigned ListRow    = 4;

  // Read jobs of a tile, bit 0 first; that of a list, the last one, goes before all others.
  localparam int unsigned NumReads = 9;

  ssm_map_pkg::scan_desc_t desc_q;
  logic [CountBits-1:0]    passes;

  assign passes = CountBits'(desc_q.passes);

  // ---- Position ----
  logic [31:0]          chunk_q;
  logic [CountBits-1:0] group_base_q, row_base_q;               // in the descriptor
  logic [AddrBits-1:0]  chunk_u_q, chunk_bc_q, chunk_y_q;        // of the chunk, from the first chunk
  logic [AddrBits-1:0]  tile_z;
  logic [AddrBits-1:0]  tile_u_q, tile_y_q, tile_a_q, tile_db_q, tile_h_q;  // of the tile, from the chunk's first

  logic                 first_chunk, last_chunk, first_tile, last_tile, rest_chunk;
  logic [CountBits-1:0] groups_left, groups, tokens, out_tokens, rows, out_rows, groups_passes, tokens_passes;
  logic [CountBits-1:0] beats_u, beats_y, beats_z, beats_b, beats_a, beats_whole_a, beats_h, beats_db, beats_list;

  // ---- The set: of a scan without any, the descriptor itself ----
  logic                   with_sets, first_set, last_set;
  ssm_map_pkg::set_record_desc_t record;
  logic [CountBits-1:0]   b_base, c_base, list_base;  // rows and entries of the sets before
  logic [CountBits-1:0]   rows_b, rows_a, beats_narrow;  // rows of a tile's B and A; beats of a narrow row of A, else 0
  ssm_pkg::pack_cmd_t     pack_cmd;
  logic                   next_own_u, next_same_delta, next_same_params;  // of the next set of this tile
  logic                   own_u;
  generate
    if (MaxSets != 0) begin : gen_sets
      localparam int unsigned SetBits = $clog2(MaxSets) == 0 ? 1 : $clog2(MaxSets);
      logic [ssm_map_pkg::DescBits-1:0] file_q [MaxSets];
      logic [SetBits-1:0]               loaded_q, set_q;
      logic [CountBits-1:0]             b_base_q, b_free_q, c_base_q, c_free_q, list_base_q;
      ssm_map_pkg::set_record_desc_t    next;

      assign with_sets = desc_q.sets != '0;
      assign first_set = set_q == '0;
      assign last_set  = !with_sets || 4'(set_q) == desc_q.sets - 1'b1;
      assign record    = file_q[set_q];
      assign next      = file_q[SetBits'(set_q + 1'b1)];
      assign own_u            = with_sets && record.own_u;
      assign next_own_u       = !last_set && next.own_u;
      assign next_same_delta  = !last_set && next.same_delta;
      assign next_same_params = !last_set && next.same_params;
      assign b_base    = record.same_b ? b_base_q : b_free_q;
      assign c_base    = record.same_c ? c_base_q : c_free_q;
      assign list_base = list_base_q;

      // Packed rows, of one pass: 2^p tokens share one of B and C, the lane groups of a tile one of A as far as they go. Its
      // lanes lie 2^narrow closer than StatesPerLane values when these are all that go.
      localparam int unsigned GroupBits = $clog2(Interleave);
      localparam int unsigned RateBeats = RateRow / DataBytes;
      logic [2:0] log2_packed, narrow;
      assign log2_packed = with_sets ? desc_q.log2_packed : '0;
      assign narrow      = log2_packed > 3'(GroupBits) ? log2_packed - 3'(GroupBits) : '0;
      assign rows_b   = log2_packed == '0 ? tokens_passes : (tokens + (CountBits'(1) << log2_packed) - 1'b1) >> log2_packed;
      assign rows_a   = log2_packed == '0 ? groups_passes : (groups + (CountBits'(1) << log2_packed) - 1'b1) >> log2_packed;
      assign beats_narrow = narrow == '0 ? '0 : (CountBits'(RateBeats) >> narrow) == '0 ? CountBits'(1)
                                                                                       : CountBits'(RateBeats) >> narrow;
      assign pack_cmd.log2_packed = log2_packed;
      assign pack_cmd.tap_pre     = with_sets && record.tap_pre;
      always_ff @(posedge clk_i) if (set_load_i) file_q[loaded_q] <= desc_i;
      always_ff @(posedge clk_i or negedge rst_ni) begin
        if (!rst_ni) begin
          loaded_q    <= '0;
          set_q       <= '0;
          b_base_q    <= '0;
          b_free_q    <= '0;
          c_base_q    <= '0;
          c_free_q    <= '0;
          list_base_q <= '0;
        end else if (load_i) begin
          loaded_q    <= '0;
          set_q       <= '0;
          b_base_q    <= '0;
          b_free_q    <= '0;
          c_base_q    <= '0;
          c_free_q    <= '0;
          list_base_q <= '0;
        end else begin
          if (set_load_i) loaded_q <= loaded_q + 1'b1;
          if (tile_end_i) begin
            set_q       <= last_set ? '0 : set_q + 1'b1;
            b_base_q    <= b_base;
            b_free_q    <= last_set ? '0 : record.same_b ? b_free_q : b_free_q + rows_of_beats_b;
            c_base_q    <= c_base;
            c_free_q    <= last_set ? '0 : record.same_c ? c_free_q : c_free_q + rows_of_beats_b;
            list_base_q <= last_set ? '0 : list_base_q + (record.has_list ? beats_list << $clog2(DataBytes / ListRow) : '0);
          end
        end
      end
    end else begin : gen_no_sets
      logic unused_set;
      assign with_sets  = 1'b0;
      assign first_set  = 1'b1;
      assign last_set   = 1'b1;
      assign record     = '0;
      assign b_base     = '0;
      assign c_base     = '0;
      assign own_u            = 1'b0;
      assign next_own_u       = 1'b0;
      assign next_same_delta  = 1'b0;
      assign next_same_params = 1'b0;
      assign list_base  = '0;
      assign rows_b       = tokens_passes;
      assign rows_a       = groups_passes;
      assign beats_narrow = '0;
      assign pack_cmd     = '0;
      assign unused_set = ^{set_load_i, rows_of_beats_b, beats_list};
    end
  endgenerate
  logic [CountBits-1:0] rows_of_beats_b;
  assign rows_of_beats_b = PassRow <= DataBytes ? beats_b << $clog2(DataBytes / PassRow)
                                                : beats_b >> $clog2(PassRow / DataBytes);

  assign first_chunk   = chunk_q == '0;
  assign last_chunk    = chunk_q == desc_q.num_chunks - 1'b1;
  assign first_tile    = group_base_q == '0;
  assign groups_left   = desc_q.lane_groups - group_base_q;
  assign last_tile     = groups_left <= CountBits'(Interleave);
  assign groups        = last_tile ? groups_left : CountBits'(Interleave);
  assign rest_chunk    = desc_q.reverse ? first_chunk : last_chunk;
  // With sets: rows of u, delta, B and C; rows of z and y.
  assign tokens        = rest_chunk && !with_sets ? desc_q.rest_tokens : desc_q.chunk_tokens;
  assign out_tokens    = with_sets ? desc_q.rest_tokens : tokens;
  assign rows          = tokens * groups;
  assign out_rows      = with_sets ? out_tokens * groups : rows;
  assign groups_passes = groups * passes;
  assign tokens_passes = tokens * passes;

  ssm_beat_count #(.RowBytes(OperandRow), .DataBytes(DataBytes)) u_beats_u (.rows_i(rows), .beats_o(beats_u));
  ssm_beat_count #(.RowBytes(OutputRow), .DataBytes(DataBytes)) u_beats_y (.rows_i(out_rows), .beats_o(beats_y));
  generate
    if (MaxSets != 0) begin : gen_set_beats
      ssm_beat_count #(.RowBytes(OperandRow), .DataBytes(DataBytes)) u_beats_z (.rows_i(out_rows), .beats_o(beats_z));
      ssm_beat_count #(.RowBytes(ListRow), .DataBytes(DataBytes)) u_beats_list (.rows_i(record.positions), .beats_o(beats_list));
    end else begin : gen_no_set_beats
      assign beats_z    = beats_u;
      assign beats_list = '0;
    end
  endgenerate
  ssm_beat_count #(.RowBytes(PassRow), .DataBytes(DataBytes)) u_beats_b (.rows_i(rows_b), .beats_o(beats_b));
  ssm_beat_count #(.RowBytes(RateRow), .DataBytes(DataBytes)) u_beats_a (.rows_i(rows_a), .beats_o(beats_whole_a));
  assign beats_a = beats_narrow != '0 ? beats_narrow : beats_whole_a;
  ssm_beat_count #(.RowBytes(StateRow), .DataBytes(DataBytes)) u_beats_h (.rows_i(groups_passes), .beats_o(beats_h));
  ssm_beat_count #(.RowBytes(ParamRow), .DataBytes(DataBytes)) u_beats_db (.rows_i(groups), .beats_o(beats_db));

  assign last_o = last_chunk && last_tile && last_set;

  // ---- Write jobs ----
  ssm_pkg::lag_t writes;
  assign writes.has_y    = last_set;
  assign writes.has_ht   = with_sets ? record.store_state : last_chunk && desc_q.store_state && !desc_q.keep;
  assign writes.addr_ht  = AddrBits'(with_sets ? record.addr_ht : desc_q.addr_ht) + tile_h_q;
  assign writes.beats_ht = beats_h;
  assign writes.addr_y   = AddrBits'(desc_q.addr_y) + chunk_y_q + tile_y_q;
  assign writes.beats_y  = beats_y;
  assign writes_o        = writes;

  // ---- Read jobs: a mask of those present minus those sent; the lowest is next ----
  logic [NumReads-1:0] present, sent_q, pending;
  logic [3:0]          item;
  ssm_pkg::job_t       job;

  always_comb begin
    present    = '0;
    present[0] = with_sets ? !record.same_params : (desc_q.load_params && first_chunk);
    present[1] = first_tile && !(with_sets && record.same_b);
    present[2] = first_tile && !(with_sets && record.same_c);
    present[3] = first_set || own_u;
    present[4] = !(with_sets && record.same_delta);
    present[5] = with_sets ? !record.same_params : (desc_q.load_params && first_chunk);
    present[6] = with_sets ? record.has_h0 : desc_q.has_h0 && first_chunk && !desc_q.resume;
    present[7] = desc_q.has_z && first_set;
    present[8] = with_sets && record.has_list && first_tile;
  end
  assign pending = present & ~sent_q;
  always_comb begin
    item = '0;
    for (int i = NumReads - 1; i >= 0; i--) if (pending[i]) item = 4'(i);
    // With sets a tile waits for its own A: it comes before what is longer.
    if (MaxSets != 0 && with_sets && pending[5] && !pending[0]) item = 4'd5;
    if (MaxSets != 0 && pending[8]) item = 4'd8;
  end
  assign read_valid_o = pending != '0;
  assign read_last_o  = (pending & (pending - 1'b1)) == '0;
  assign read_job_o   = job;

  always_comb begin
    job = '0;
  unique case (item[2:0])
    3'd0: begin
      job.target = ssm_map_pkg::TargetDb;
      job.addr   = AddrBits'(with_sets ? record.addr_db : desc_q.addr_db) + tile_db_q;
      job.beats  = beats_db;
    end
    3'd1: begin
      job.target = ssm_map_pkg::TargetB;
      job.addr   = AddrBits'(with_sets ? record.addr_b : desc_q.addr_b) + chunk_bc_q;
      job.beats  = beats_b;
    end
    3'd2: begin
      job.target = ssm_map_pkg::TargetC;
      job.addr   = AddrBits'(with_sets ? record.addr_c : desc_q.addr_c) + chunk_bc_q;
      job.beats  = beats_b;
    end
    3'd3: begin
      job.target = ssm_map_pkg::TargetU;
      job.addr   = AddrBits'(own_u ? record.addr_u : desc_q.addr_u) + chunk_u_q + tile_u_q;
      job.beats  = beats_u;
    end
    3'd4: begin
      job.target = ssm_map_pkg::TargetDelta;
      job.addr   = AddrBits'(with_sets ? record.addr_delta : desc_q.addr_delta) + chunk_u_q + tile_u_q;
      job.beats  = beats_u;
    end
    3'd5: begin
      job.target = ssm_map_pkg::TargetA;
      job.addr   = AddrBits'(with_sets ? record.addr_a : desc_q.addr_a) + tile_a_q;
      job.beats  = beats_a;
    end
    3'd6: begin
      job.target = ssm_map_pkg::TargetH0;
      job.addr   = AddrBits'(with_sets ? record.addr_h0 : desc_q.addr_h0) + tile_h_q;
      job.beats  = beats_h;
    end
    default: begin
      job.target = ssm_map_pkg::TargetZ;
      job.addr   = AddrBits'(desc_q.addr_z) + chunk_u_q + tile_z;
      job.beats  = beats_z;
    end
  endcase
    if (MaxSets != 0 && item[3]) begin
      job.target = ssm_map_pkg::TargetList;
      job.addr   = AddrBits'(record.addr_list);
      job.beats  = beats_list;
    end
  end

  // ---- The same job in the scratch memory ----
  localparam logic [NumReads-1:0] LocalItems = 9'b0_1001_1110;  // B, C, u, delta, z
  localparam int unsigned WordPasses = DataBytes > PassRow ? DataBytes / PassRow : 1;  // passes of B in a word
  ssm_pkg::scratch_job_t scratch;
  logic                  half;  // B and C share the words of a token

  assign half = WordPasses > 1 && passes == CountBits'(1);
  always_comb begin
    scratch      = '0;
    scratch.base = job.addr[ByteShift +: 16];
    scratch.n0   = job.beats;
    scratch.s0   = 16'd1;
    scratch.n1   = 16'd1;
    scratch.n2   = 16'd1;
    unique case (item[2:0])
      3'd1, 3'd2: begin
        scratch.port = item[2:0] == 3'd1 ? ssm_map_pkg::ReadB : ssm_map_pkg::ReadC;
        if (half) begin
          scratch.mode = item[2:0] == 3'd1 ? ssm_map_pkg::ModeHalfLow : ssm_map_pkg::ModeHalfHigh;
          scratch.n0   = tokens;
        end else begin
          scratch.n0 = passes >> $clog2(WordPasses);
          scratch.s0 = tokens;
          scratch.n1 = tokens;
          scratch.s1 = 16'd1;
        end
      end
      3'd3:    scratch.port = ssm_map_pkg::ReadU;
      3'd4:    scratch.port = ssm_map_pkg::ReadDelta;
      default: scratch.port = desc_q.z_gemm ? ssm_map_pkg::WriteGemmZ : ssm_map_pkg::ReadZ;
    endcase
  end
  assign scratch_job_o = scratch;

  always_comb begin
    read_kind_o = ssm_pkg::EmitDma;
    if (desc_q.local_scan && LocalItems[item]) begin
      read_kind_o = item == 4'd7 && desc_q.z_gemm ? ssm_pkg::EmitWrite : ssm_pkg::EmitRead;
    end
  end

  // ---- Tile commands ----
  ssm_pkg::token_cmd_t token_cmd;
  ssm_pkg::delta_cmd_t delta_cmd;
  ssm_pkg::scan_cmd_t  scan_cmd;
  ssm_pkg::gate_cmd_t  gate_cmd;

  always_comb begin
    token_cmd           = '0;
    token_cmd.reverse   = desc_q.reverse;
    token_cmd.positions = tokens;
    token_cmd.groups    = 4'(groups);
    token_cmd.passes    = 8'(passes);
    token_cmd.rows      = rows;
    token_cmd.rows_bc   = tokens_passes;
    if (MaxSets != 0) begin
      token_cmd.map_u   = desc_q.reverse ? ssm_pkg::MapReverse : ssm_pkg::MapForward;
      token_cmd.map_p   = token_cmd.map_u;
      token_cmd.map_out = token_cmd.map_u;
    end
    if (with_sets) begin
      token_cmd.map_u         = record.map_u;
      token_cmd.map_p         = record.map_p;
      token_cmd.map_out       = record.map_out;
      token_cmd.has_list      = record.has_list;
      token_cmd.list_base     = list_base;
      token_cmd.log2_segment  = record.log2_segment;
      token_cmd.first_segment = record.first_segment;
      token_cmd.snake         = record.snake;
      token_cmd.base          = record.base;
      token_cmd.n0            = record.n0;
      token_cmd.n1            = record.n1;
      token_cmd.s0            = record.s0;
      token_cmd.s1            = record.s1;
      token_cmd.s2            = record.s2;
      token_cmd.positions     = record.positions;
    end

    delta_cmd.plain_drive = with_sets && record.plain_drive;
    delta_cmd.softplus  = with_sets ? record.softplus : desc_q.softplus;
    delta_cmd.release_u = last_set || next_own_u;
    delta_cmd.release_delta = !next_same_delta;
    delta_cmd.release_db    = !next_same_params;
    delta_cmd.groups    = 4'(groups);
    delta_cmd.db_base   = with_sets ? '0 : desc_q.first_group + group_base_q;
    delta_cmd.sh_delta  = ssm_pkg::ShiftBits'(with_sets ? record.shift_delta : desc_q.shift_delta);
    delta_cmd.sh_bias   = ssm_pkg::ShiftBits'(with_sets ? record.shift_bias : desc_q.shift_bias);
    delta_cmd.sh_dt2    = ssm_pkg::ShiftBits'(with_sets ? record.shift_dt2 : desc_q.shift_dt2);
    delta_cmd.sh_du     = ssm_pkg::ShiftBits'(with_sets ? record.shift_du : desc_q.shift_du);
    delta_cmd.sh_skip   = ssm_pkg::ShiftBits'(with_sets ? record.shift_skip : desc_q.shift_skip);

    scan_cmd.first_chunk = first_chunk && (with_sets || !desc_q.resume);
    scan_cmd.last_chunk  = last_chunk && (with_sets || !desc_q.keep);
    scan_cmd.has_h0      = with_sets ? record.has_h0 : desc_q.has_h0;
    scan_cmd.store_state = with_sets ? record.store_state : desc_q.store_state;
    scan_cmd.single      = desc_q.lane_groups <= CountBits'(Interleave) && !desc_q.banked;
    scan_cmd.last_tile   = last_tile;
    scan_cmd.groups      = 4'(groups);
    scan_cmd.passes      = 8'(passes);
    scan_cmd.row_base    = with_sets ? '0 : desc_q.first_group * passes + row_base_q;
    scan_cmd.release_a   = !next_same_params;
    scan_cmd.b_base      = b_base;
    scan_cmd.c_base      = c_base;
    scan_cmd.align_a     = with_sets ? record.align_a : desc_q.align_a;
    scan_cmd.states      = with_sets ? record.states : desc_q.states != '0 ? desc_q.states : 9'(passes << $clog2(StatesPerLane));

    gate_cmd.linear_gate = with_sets && record.linear_gate;
    gate_cmd.has_z     = with_sets ? record.gate : desc_q.has_z;
    gate_cmd.release_z = desc_q.has_z && last_set;
    gate_cmd.last_set  = last_set;
    gate_cmd.sh_z      = ssm_pkg::ShiftBits'(with_sets ? record.shift_z : desc_q.shift_z);
    gate_cmd.sh_v      = ssm_pkg::ShiftBits'(with_sets ? record.shift_v : desc_q.shift_v);
    gate_cmd.sh_y      = ssm_pkg::ShiftBits'(with_sets ? record.shift_y : desc_q.shift_y);
    gate_cmd.sh_quant  = 4'(with_sets ? record.shift_quant : desc_q.shift_quant);
  end
  assign token_cmd_o = token_cmd;
  assign delta_cmd_o = delta_cmd;
  assign scan_cmd_o  = scan_cmd;
  assign pack_cmd_o  = pack_cmd;
  assign gate_cmd_o  = gate_cmd;

  // ---- Steps ----
  generate
    if (MaxSets != 0) begin : gen_tile_z
      logic [AddrBits-1:0] tile_z_q;
      always_ff @(posedge clk_i) begin
        if (load_i || (tile_end_i && last_tile && last_set)) tile_z_q <= '0;
        else if (tile_end_i && last_set) tile_z_q <= tile_z_q + (AddrBits'(beats_z) << ByteShift);
      end
      assign tile_z = tile_z_q;
    end else begin : gen_tile_u
      assign tile_z = tile_u_q;
    end
  endgenerate

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      sent_q       <= '0;
      chunk_q      <= '0;
      group_base_q <= '0;
    end else begin
      if (load_i || tile_end_i) sent_q <= '0;
      else if (read_sent_i)     sent_q <= sent_q | (NumReads'(1) << item);
      if (load_i) begin
        chunk_q      <= '0;
        group_base_q <= '0;
      end else if (tile_end_i && last_set) begin
        group_base_q <= last_tile ? '0 : group_base_q + CountBits'(Interleave);
        if (last_tile) chunk_q <= chunk_q + 1'b1;
      end
    end
  end

  // Addresses: offsets of the chunk from the first one processed, of the tile from the chunk's first.
  always_ff @(posedge clk_i) begin
    if (load_i) begin
      desc_q     <= desc_i;
      chunk_u_q  <= '0;
      chunk_bc_q <= '0;
      chunk_y_q  <= '0;
    end else if (tile_end_i && last_tile && last_set) begin
      chunk_u_q  <= chunk_u_q + AddrBits'($signed(desc_q.stride_u));
      chunk_bc_q <= chunk_bc_q + AddrBits'($signed(desc_q.stride_bc));
      chunk_y_q  <= chunk_y_q + AddrBits'($signed(desc_q.stride_y));
    end
    if (load_i || (tile_end_i && last_tile && last_set)) begin
      row_base_q <= '0;
      tile_u_q   <= '0;
      tile_y_q   <= '0;
      tile_a_q   <= '0;
      tile_db_q  <= '0;
      tile_h_q   <= '0;
    end else if (tile_end_i && last_set) begin
      row_base_q <= row_base_q + groups_passes;
      tile_u_q   <= tile_u_q + (AddrBits'(beats_u) << ByteShift);
      tile_y_q   <= tile_y_q + (AddrBits'(beats_y) << ByteShift);
      tile_a_q   <= tile_a_q + (AddrBits'(beats_a) << ByteShift);
      tile_db_q  <= tile_db_q + (AddrBits'(beats_db) << ByteShift);
      tile_h_q   <= tile_h_q + (AddrBits'(beats_h) << ByteShift);
    end
  end
endmodule
