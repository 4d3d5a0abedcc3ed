// ssm_sequencer: walks descriptors, chunks and tiles; emits one tile command or one transfer job per cycle, in an order that
// depends on the descriptors alone.
//   tile: CMD, then DB B C U DELTA A H0 Z as far as needed, then the write jobs HT Y of the tile LagTiles before
// Contract: everything emitted waits for a place in its queue; a descriptor that loads parameters starts when
// scan_serial has released every tile before it. Illegal descriptors end the walk with an error code. sim/README.md, 4.1.
module ssm_sequencer #(
  parameter int unsigned NumLanes = 4,
  parameter int unsigned StatesPerLane = 16,
  parameter int unsigned Interleave = 2,
  parameter int unsigned MaxStates = 64,
  parameter int unsigned OperandBits = 8,
  parameter int unsigned OutputBits = 16,
  parameter int unsigned StoredBits = 16,
  parameter int unsigned ChunkTokens = 16,
  parameter int unsigned TileBuffers = 4,
  parameter int unsigned StateRows = 512,
  parameter int unsigned DataBits = 128
) (
  input  logic                             clk_i,
  input  logic                             rst_ni,
  input  logic                             start_i,
  input  logic [ssm_pkg::AddrBits-1:0]     desc_addr_i,
  input  logic [15:0]                      desc_count_i,
  output logic                             finished_o,     // everything emitted
  output logic [7:0]                       error_o,        // of the last run
  // Descriptor beats from the DMA.
  input  logic                             desc_wr_valid_i,
  input  logic                             desc_wr_last_i,
  input  logic [DataBits-1:0]              desc_wr_data_i,
  // Jobs and commands.
  output logic                             job_push_o,
  output logic [ssm_pkg::JobBits-1:0]      job_o,
  input  logic                             job_ready_i,
  output logic                             cmd_push_o,
  input  logic                             cmd_ready_i,    // all three command queues have a place
  output logic [ssm_pkg::DeltaCmdBits-1:0] delta_cmd_o,
  output logic [ssm_pkg::ScanCmdBits-1:0]  scan_cmd_o,
  output logic [ssm_pkg::GateCmdBits-1:0]  gate_cmd_o,
  input  logic                             tile_release_i, // scan_serial finished issuing a tile
  output logic                             param_clear_o,
  // Counter events.
  output logic                             ev_busy_o,
  output logic                             ev_wait_in_o,
  output logic                             ev_wait_out_o
);
  localparam int unsigned CountBits = ssm_pkg::CountBits;
  localparam int unsigned AddrBits  = ssm_pkg::AddrBits;
  localparam int unsigned DataBytes = DataBits / 8;
  localparam int unsigned ByteShift = $clog2(DataBytes);
  localparam int unsigned LagTiles  = TileBuffers - 1;
  localparam int unsigned LagDepth  = 1 << $clog2(TileBuffers + 1);
  localparam int unsigned DescBits  = 8 * ssm_pkg::DescBytes;

  // Bytes of one row of each region; jobs are whole beats.
  localparam int unsigned OperandRow = NumLanes * OperandBits / 8;
  localparam int unsigned OutputRow  = NumLanes * OutputBits / 8;
  localparam int unsigned PassRow    = StatesPerLane * OperandBits / 8;
  localparam int unsigned RateRow    = NumLanes * PassRow;
  localparam int unsigned StateRow   = NumLanes * StatesPerLane * StoredBits / 8;
  localparam int unsigned ParamRow   = NumLanes * 2 * ssm_pkg::ParamBits / 8;

  // Items of a tile, bit 0 first.
  localparam int unsigned NumItems  = 10;
  localparam int unsigned ItemHt    = 8;
  localparam int unsigned ItemY     = 9;

  typedef enum logic [2:0] {StIdle, StStart, StWait, StFetch, StCmd, StItems, StDrain, StDone} state_e;
  state_e state_q;

  // ---- Descriptor buffer ----
  logic [DescBits-1:0] buffer_q, desc_q;
  logic                buffer_valid_q, load;

  generate
    if (DataBits >= DescBits) begin : gen_one_beat
      always_ff @(posedge clk_i) if (desc_wr_valid_i) buffer_q <= desc_wr_data_i[DescBits-1:0];
    end else begin : gen_beats
      always_ff @(posedge clk_i) if (desc_wr_valid_i) buffer_q <= {desc_wr_data_i, buffer_q[DescBits-1:DataBits]};
    end
  endgenerate
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) buffer_valid_q <= 1'b0;
    else         buffer_valid_q <= (desc_wr_valid_i && desc_wr_last_i) || (buffer_valid_q && !load);
  end

  // ---- Fields, of the descriptor being loaded and of the active one ----
  logic [CountBits-1:0] in_groups, in_passes, in_chunk, in_rest;
  logic [31:0]          in_chunks;
  logic [31:0]          in_rows, in_states;
  logic [7:0]           error;

  assign in_groups = buffer_q[32*1 +: CountBits];
  assign in_passes = CountBits'(buffer_q[32*2 +: 8]);
  assign in_chunks = buffer_q[32*3 +: 32];
  assign in_chunk  = buffer_q[32*4 +: CountBits];
  assign in_rest   = buffer_q[32*4+16 +: CountBits];
  assign in_rows   = 32'(in_groups) * 32'(in_passes);
  assign in_states = 32'(in_passes) * 32'(StatesPerLane);

  always_comb begin
    error = ssm_pkg::ErrNone;
    if (buffer_q[7:0] != 8'd1) error = ssm_pkg::ErrOpcode;
    else if (in_groups == '0 || in_rows > 32'(StateRows)) error = ssm_pkg::ErrLaneGroups;
    else if (in_passes == '0 || in_states > 32'(MaxStates)) error = ssm_pkg::ErrPasses;
    else if (in_chunks == '0) error = ssm_pkg::ErrNumChunks;
    else if (in_chunk == '0 || in_chunk > CountBits'(ChunkTokens)) error = ssm_pkg::ErrChunkTokens;
    else if (in_rest == '0 || in_rest > CountBits'(ChunkTokens)) error = ssm_pkg::ErrRestTokens;
  end

  logic                 f_softplus, f_has_z, f_has_h0, f_store, f_reverse, f_load;
  logic [CountBits-1:0] f_groups, f_passes, f_chunk, f_rest;
  logic [31:0]          f_chunks;
  logic [AddrBits-1:0]  f_addr [10];
  logic [31:0]          f_stride_u, f_stride_bc, f_stride_y;

  assign {f_load, f_reverse, f_store, f_has_h0, f_has_z, f_softplus} = desc_q[13:8];
  assign f_groups    = desc_q[32*1 +: CountBits];
  assign f_passes    = CountBits'(desc_q[32*2 +: 8]);
  assign f_chunks    = desc_q[32*3 +: 32];
  assign f_chunk     = desc_q[32*4 +: CountBits];
  assign f_rest      = desc_q[32*4+16 +: CountBits];
  assign f_stride_u  = desc_q[32*28 +: 32];
  assign f_stride_bc = desc_q[32*29 +: 32];
  assign f_stride_y  = desc_q[32*30 +: 32];
  generate
    for (genvar i = 0; i < 10; i++) begin : gen_addr
      assign f_addr[i] = desc_q[32*(8+2*i) +: AddrBits];
    end
  endgenerate

  // ---- Walk ----
  logic [15:0]          desc_index_q;
  logic [31:0]          chunk_q;
  logic [CountBits-1:0] group_base_q, row_base_q;
  logic [AddrBits-1:0]  chunk_u_q, chunk_bc_q, chunk_y_q;        // of the chunk, from the first chunk
  logic [AddrBits-1:0]  tile_u_q, tile_y_q, tile_a_q, tile_db_q, tile_h_q;  // of the tile, from the chunk's first
  logic [7:0]           error_q;

  logic                 first_chunk, last_chunk, first_tile, last_tile, last_desc, rest_chunk;
  logic [CountBits-1:0] groups_left, groups, tokens, rows, groups_passes, tokens_passes;
  logic [CountBits-1:0] beats_u, beats_y, beats_b, beats_a, beats_h, beats_db;

  assign first_chunk   = chunk_q == '0;
  assign last_chunk    = chunk_q == f_chunks - 1'b1;
  assign first_tile    = group_base_q == '0;
  assign groups_left   = f_groups - group_base_q;
  assign last_tile     = groups_left <= CountBits'(Interleave);
  assign groups        = last_tile ? groups_left : CountBits'(Interleave);
  assign rest_chunk    = f_reverse ? first_chunk : last_chunk;
  assign tokens        = rest_chunk ? f_rest : f_chunk;
  assign rows          = tokens * groups;
  assign groups_passes = groups * f_passes;
  assign tokens_passes = tokens * f_passes;
  assign last_desc     = 17'(desc_index_q) + 1'b1 >= 17'(desc_count_i);  // a count of 0 is taken as 1

  ssm_beat_count #(.RowBytes(OperandRow), .DataBytes(DataBytes)) u_beats_u (.rows_i(rows), .beats_o(beats_u));
  ssm_beat_count #(.RowBytes(OutputRow), .DataBytes(DataBytes)) u_beats_y (.rows_i(rows), .beats_o(beats_y));
  ssm_beat_count #(.RowBytes(PassRow), .DataBytes(DataBytes)) u_beats_b (.rows_i(tokens_passes), .beats_o(beats_b));
  ssm_beat_count #(.RowBytes(RateRow), .DataBytes(DataBytes)) u_beats_a (.rows_i(groups_passes), .beats_o(beats_a));
  ssm_beat_count #(.RowBytes(StateRow), .DataBytes(DataBytes)) u_beats_h (.rows_i(groups_passes), .beats_o(beats_h));
  ssm_beat_count #(.RowBytes(ParamRow), .DataBytes(DataBytes)) u_beats_db (.rows_i(groups), .beats_o(beats_db));

  // ---- Write jobs wait here for their place in the order ----
  ssm_pkg::lag_t            lag_in, lag;
  logic                     lag_valid, lag_pop, unused_lag_ready;
  logic [$clog2(LagDepth):0] lag_count_q;

  assign lag_in.has_ht   = last_chunk && f_store;
  assign lag_in.addr_ht  = f_addr[9] + tile_h_q;
  assign lag_in.beats_ht = beats_h;
  assign lag_in.addr_y   = f_addr[8] + chunk_y_q + tile_y_q;
  assign lag_in.beats_y  = beats_y;

  ssm_stream_fifo #(.Width(ssm_pkg::LagBits), .Depth(LagDepth)) u_lag_fifo (
    .clk_i, .rst_ni, .push_i(cmd_push_o), .data_i(lag_in), .ready_o(unused_lag_ready),
    .valid_o(lag_valid), .data_o(lag), .pop_i(lag_pop)
  );

  // ---- Items: a mask of those present minus those sent; the lowest is next ----
  logic [NumItems-1:0] present, sent_q, pending;
  logic [3:0]          item;
  logic                item_valid, last_item, emit_job, drain_ht, drain_job;
  ssm_pkg::job_t       job;

  always_comb begin
    present    = '0;
    present[0] = f_load && first_chunk;
    present[1] = first_tile;
    present[2] = first_tile;
    present[3] = 1'b1;
    present[4] = 1'b1;
    present[5] = f_load && first_chunk;
    present[6] = f_has_h0 && first_chunk;
    present[7] = f_has_z;
    present[ItemY]  = lag_count_q > ($clog2(LagDepth) + 1)'(LagTiles);
    present[ItemHt] = present[ItemY] && lag.has_ht;
  end
  assign pending = present & ~sent_q;
  always_comb begin
    item = '0;
    for (int i = NumItems - 1; i >= 0; i--) if (pending[i]) item = 4'(i);
  end
  assign item_valid = pending != '0;
  assign last_item  = (pending & (pending - 1'b1)) == '0;

  // While draining, h_last of the oldest tile goes before its y.
  assign drain_ht  = lag.has_ht && !sent_q[ItemHt];
  assign drain_job = state_q == StDrain && lag_valid;

  always_comb begin
    job        = '0;
    job.write  = drain_job || item >= 4'(ItemHt);
    if (state_q == StStart || state_q == StFetch) begin
      job.write  = 1'b0;
      job.target = ssm_pkg::TargetDesc;
      job.addr   = desc_addr_i + (state_q == StStart ? '0 : (AddrBits'(desc_index_q) + 1'b1) << 7);
      job.beats  = CountBits'(DataBytes >= ssm_pkg::DescBytes ? 1 : ssm_pkg::DescBytes / DataBytes);
    end else if (drain_job ? drain_ht : item == 4'(ItemHt)) begin
      job.target = 4'(ssm_pkg::SourceHt);
      job.addr   = lag.addr_ht;
      job.beats  = lag.beats_ht;
    end else if (drain_job || item == 4'(ItemY)) begin
      job.target = 4'(ssm_pkg::SourceY);
      job.addr   = lag.addr_y;
      job.beats  = lag.beats_y;
    end else begin
      unique case (item)
        4'd0: begin
          job.target = ssm_pkg::TargetDb;
          job.addr   = f_addr[6] + tile_db_q;
          job.beats  = beats_db;
        end
        4'd1: begin
          job.target = ssm_pkg::TargetB;
          job.addr   = f_addr[3] + chunk_bc_q;
          job.beats  = beats_b;
        end
        4'd2: begin
          job.target = ssm_pkg::TargetC;
          job.addr   = f_addr[4] + chunk_bc_q;
          job.beats  = beats_b;
        end
        4'd3: begin
          job.target = ssm_pkg::TargetU;
          job.addr   = f_addr[0] + chunk_u_q + tile_u_q;
          job.beats  = beats_u;
        end
        4'd4: begin
          job.target = ssm_pkg::TargetDelta;
          job.addr   = f_addr[1] + chunk_u_q + tile_u_q;
          job.beats  = beats_u;
        end
        4'd5: begin
          job.target = ssm_pkg::TargetA;
          job.addr   = f_addr[5] + tile_a_q;
          job.beats  = beats_a;
        end
        4'd6: begin
          job.target = ssm_pkg::TargetH0;
          job.addr   = f_addr[7] + tile_h_q;
          job.beats  = beats_h;
        end
        default: begin
          job.target = ssm_pkg::TargetZ;
          job.addr   = f_addr[2] + chunk_u_q + tile_u_q;
          job.beats  = beats_u;
        end
      endcase
    end
  end

  assign emit_job   = state_q == StStart || state_q == StFetch || (state_q == StItems && item_valid) || drain_job;
  assign job_push_o = emit_job && job_ready_i;
  assign job_o      = job;
  assign cmd_push_o = state_q == StCmd && cmd_ready_i;
  assign lag_pop    = job_push_o && ((state_q == StItems && item == 4'(ItemY)) || (drain_job && !drain_ht));

  // ---- Tile commands ----
  ssm_pkg::delta_cmd_t delta_cmd;
  ssm_pkg::scan_cmd_t  scan_cmd;
  ssm_pkg::gate_cmd_t  gate_cmd;

  always_comb begin
    delta_cmd.softplus = f_softplus;
    delta_cmd.reverse  = f_reverse;
    delta_cmd.rows     = rows;
    delta_cmd.groups   = 4'(groups);
    delta_cmd.db_base  = group_base_q;
    delta_cmd.sh_delta = desc_q[32*5 +: ssm_pkg::ShiftBits];
    delta_cmd.sh_bias  = desc_q[32*5+8 +: ssm_pkg::ShiftBits];
    delta_cmd.sh_dt2   = desc_q[32*5+24 +: ssm_pkg::ShiftBits];
    delta_cmd.sh_du    = desc_q[32*6 +: ssm_pkg::ShiftBits];
    delta_cmd.sh_skip  = desc_q[32*6+8 +: ssm_pkg::ShiftBits];

    scan_cmd.reverse       = f_reverse;
    scan_cmd.first_chunk   = first_chunk;
    scan_cmd.last_chunk    = last_chunk;
    scan_cmd.has_h0        = f_has_h0;
    scan_cmd.store_state   = f_store;
    scan_cmd.single        = f_groups <= CountBits'(Interleave);
    scan_cmd.last_tile     = last_tile;
    scan_cmd.tokens        = tokens;
    scan_cmd.groups        = 4'(groups);
    scan_cmd.passes        = 8'(f_passes);
    scan_cmd.row_base      = row_base_q;
    scan_cmd.groups_passes = groups_passes;
    scan_cmd.tokens_passes = tokens_passes;

    gate_cmd.has_z    = f_has_z;
    gate_cmd.reverse  = f_reverse;
    gate_cmd.rows     = rows;
    gate_cmd.sh_z     = desc_q[32*5+16 +: ssm_pkg::ShiftBits];
    gate_cmd.sh_v     = desc_q[32*6+16 +: ssm_pkg::ShiftBits];
    gate_cmd.sh_y     = desc_q[32*6+24 +: ssm_pkg::ShiftBits];
    gate_cmd.sh_quant = desc_q[32*7 +: 4];
  end
  assign delta_cmd_o = delta_cmd;
  assign scan_cmd_o  = scan_cmd;
  assign gate_cmd_o  = gate_cmd;

  // ---- Control ----
  logic [7:0] tiles_q;        // pushed and not yet released by scan_serial
  logic       load_blocked, tile_end;

  assign load_blocked  = buffer_q[13] && tiles_q != '0;
  assign load          = state_q == StWait && buffer_valid_q && !load_blocked;
  assign param_clear_o = load && buffer_q[13] && error == ssm_pkg::ErrNone;
  assign tile_end      = state_q == StItems && job_push_o && last_item;
  assign finished_o    = state_q == StDone;
  assign error_o       = error_q;

  assign ev_busy_o     = job_push_o || cmd_push_o || load;
  assign ev_wait_in_o  = state_q == StWait && !buffer_valid_q;
  assign ev_wait_out_o = (emit_job && !job_ready_i) || (state_q == StCmd && !cmd_ready_i)
                         || (state_q == StWait && buffer_valid_q && load_blocked);

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q      <= StIdle;
      sent_q       <= '0;
      lag_count_q  <= '0;
      tiles_q      <= '0;
      desc_index_q <= '0;
      chunk_q      <= '0;
      error_q      <= ssm_pkg::ErrNone;
      group_base_q <= '0;
    end else begin
      lag_count_q <= lag_count_q + ($clog2(LagDepth) + 1)'(cmd_push_o) - ($clog2(LagDepth) + 1)'(lag_pop);
      tiles_q     <= tiles_q + 8'(cmd_push_o) - 8'(tile_release_i);
      if (job_push_o && (state_q == StItems || drain_job)) begin
        sent_q <= tile_end || lag_pop ? '0 : sent_q | (NumItems'(1) << (drain_job ? 4'(ItemHt) : item));
      end
      unique case (state_q)
        StIdle, StDone: begin
          if (start_i) begin
            state_q      <= StStart;
            desc_index_q <= '0;
            error_q      <= ssm_pkg::ErrNone;
          end
        end
        StStart: if (job_push_o) state_q <= StWait;
        StWait: begin
          if (load) begin
            chunk_q      <= '0;
            group_base_q <= '0;
            if (error != ssm_pkg::ErrNone) begin
              error_q <= error;
              state_q <= lag_count_q != '0 ? StDrain : StDone;
            end else begin
              state_q <= last_desc ? StCmd : StFetch;
            end
          end
        end
        StFetch: if (job_push_o) state_q <= StCmd;
        StCmd:   if (cmd_push_o) state_q <= StItems;
        StItems: begin
          if (tile_end) begin
            group_base_q <= last_tile ? '0 : group_base_q + CountBits'(Interleave);
            state_q      <= StCmd;
            if (last_tile) begin
              chunk_q <= chunk_q + 1'b1;
              if (last_chunk) begin
                desc_index_q <= desc_index_q + 1'b1;
                state_q      <= last_desc ? StDrain : StWait;
              end
            end
          end
        end
        StDrain: if (lag_pop && lag_count_q == ($clog2(LagDepth) + 1)'(1)) state_q <= StDone;
        default: state_q <= StIdle;
      endcase
    end
  end

  // Addresses: offsets of the chunk from the first one processed, of the tile from the chunk's first.
  always_ff @(posedge clk_i) begin
    if (load) begin
      desc_q     <= buffer_q;
      chunk_u_q  <= '0;
      chunk_bc_q <= '0;
      chunk_y_q  <= '0;
    end else if (tile_end && last_tile) begin
      chunk_u_q  <= chunk_u_q + AddrBits'($signed(f_stride_u));
      chunk_bc_q <= chunk_bc_q + AddrBits'($signed(f_stride_bc));
      chunk_y_q  <= chunk_y_q + AddrBits'($signed(f_stride_y));
    end
    if (load || (tile_end && last_tile)) begin
      row_base_q <= '0;
      tile_u_q   <= '0;
      tile_y_q   <= '0;
      tile_a_q   <= '0;
      tile_db_q  <= '0;
      tile_h_q   <= '0;
    end else if (tile_end) begin
      row_base_q <= row_base_q + groups_passes;
      tile_u_q   <= tile_u_q + (AddrBits'(beats_u) << ByteShift);
      tile_y_q   <= tile_y_q + (AddrBits'(beats_y) << ByteShift);
      tile_a_q   <= tile_a_q + (AddrBits'(beats_a) << ByteShift);
      tile_db_q  <= tile_db_q + (AddrBits'(beats_db) << ByteShift);
      tile_h_q   <= tile_h_q + (AddrBits'(beats_h) << ByteShift);
    end
  end
endmodule
