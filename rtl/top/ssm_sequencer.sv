// ssm_sequencer: walks descriptors, chunks and tiles; emits one tile command or one transfer job per cycle, in an order that
// depends on the descriptors alone.
//   tile: CMD, then DB B C U DELTA A H0 Z as far as needed, then the write jobs HT Y of the tile LagTiles before
//   sets: a scan's records are fetched at once and taken one by one before its first tile; each is a tile of its own (sim/SETS.md)
//   units: what ssm_unit_walk says, behind the write jobs that still wait (sim/PROGRAM.md, section 3)
// Contract: everything emitted waits for a place in its queue; a descriptor that loads parameters from row 0 on starts
// when scan_serial has released every tile before it, one that clears a memory of the units when all their commands
// have left. Illegal descriptors end the walk with an error code. sim/README.md, 4.1.
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
  parameter int unsigned DataBits = 128,
  parameter int unsigned MaxSets = 0,
  parameter int unsigned GemmDepth = 0,       // 0: no units
  parameter int unsigned GemmWeightRows = 0,
  parameter int unsigned GemmXWords = 0,
  parameter int unsigned ScratchWords = 0,
  parameter int unsigned ChannelWords = 0
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
  input  logic                             cmd_ready_i,    // all four command queues have a place
  output logic [ssm_pkg::TokenCmdBits-1:0] token_cmd_o,
  output logic [ssm_pkg::DeltaCmdBits-1:0] delta_cmd_o,
  output logic [ssm_pkg::ScanCmdBits-1:0]  scan_cmd_o,
  output logic [ssm_pkg::PackCmdBits-1:0]  pack_cmd_o,
  output logic [ssm_pkg::GateCmdBits-1:0]  gate_cmd_o,
  input  logic                             tile_release_i, // scan_serial finished issuing a tile
  output logic                             param_clear_o,
  output logic                             sets_o,         // of the scan that was loaded last
  output logic                             sets_clear_o,
  // Units.
  output logic [ssm_map_pkg::DescBits-1:0]  unit_desc_o,
  output logic [ssm_map_pkg::NumUnitCmds-1:0] unit_cmd_push_o,
  input  logic [ssm_map_pkg::NumUnitCmds-1:0] unit_cmd_ready_i,
  input  logic [6:0]                       unit_cmd_left_i,
  input  logic                             scratch_quiet_i,  // no scratch job queued
  output logic                             scratch_read_push_o,
  input  logic                             scratch_read_ready_i,
  output logic                             scratch_write_push_o,
  input  logic                             scratch_write_ready_i,
  output logic [ssm_pkg::ScratchJobBits-1:0] scratch_job_o,
  output logic [ssm_map_pkg::NumParamMemories-1:0] memory_clear_o,
  output logic                             weight_slots_o,   // with a clear of memory 0 or 1
  output logic                             scan_local_o,     // scans of this run have their operands in the scratch
  // Counter events.
  output logic [ssm_map_pkg::LastSequencer:ssm_map_pkg::FirstSequencer][ssm_map_pkg::IncBits-1:0] inc_o
);
  localparam int unsigned CountBits = ssm_pkg::CountBits;
  localparam int unsigned IncBits   = ssm_map_pkg::IncBits;
  localparam int unsigned AddrBits  = ssm_pkg::AddrBits;
  localparam int unsigned DataBytes = DataBits / 8;
  localparam int unsigned DescBeats = DataBytes >= ssm_pkg::DescBytes ? 1 : ssm_pkg::DescBytes / DataBytes;
  localparam int unsigned LagTiles  = TileBuffers - 1;
  localparam int unsigned LagDepth  = 1 << $clog2(TileBuffers + 1);

  typedef enum logic [3:0] {StIdle, StStart, StWait, StFetch, StCmd, StItems, StFlush, StOps, StDrain, StDone} state_e;
  state_e state_q;

  // ---- The descriptor that is there ----
  ssm_map_pkg::desc_t  buffer;
  logic                buffer_valid, load, is_unit, is_set, local_q;
  logic [3:0]          records_due;  // of the scan that was loaded last
  logic [7:0]          error, error_q;

  ssm_descriptor_buffer #(
    .StatesPerLane(StatesPerLane), .Interleave(Interleave), .MaxStates(MaxStates), .ChunkTokens(ChunkTokens),
    .OperandBits(OperandBits), .StateRows(StateRows), .DataBits(DataBits), .MaxSets(MaxSets), .GemmDepth(GemmDepth), .GemmWeightRows(GemmWeightRows),
    .GemmXWords(GemmXWords), .ScratchWords(ScratchWords), .ChannelWords(ChannelWords)
  ) u_buffer (
    .clk_i, .rst_ni, .start_i, .wr_valid_i(desc_wr_valid_i), .wr_last_i(desc_wr_last_i), .wr_data_i(desc_wr_data_i),
    .load_i(load), .behind_i(behind), .valid_o(buffer_valid), .desc_o(buffer), .is_unit_o(is_unit), .is_set_o(is_set),
    .records_due_o(records_due), .error_o(error), .local_o(local_q)
  );
  assign scan_local_o = local_q;

  // ---- The walk of the active descriptor ----
  logic                        read_valid, read_last, walk_last, tile_end, read_sent;
  logic [ssm_pkg::JobBits-1:0] read_job;
  ssm_pkg::lag_t               writes;
  logic [1:0]                  read_kind;
  logic [ssm_pkg::ScratchJobBits-1:0] scan_scratch_job;

  ssm_scan_walk #(
    .NumLanes(NumLanes), .StatesPerLane(StatesPerLane), .Interleave(Interleave), .OperandBits(OperandBits),
    .OutputBits(OutputBits), .StoredBits(StoredBits), .DataBits(DataBits), .MaxSets(MaxSets)
  ) u_scan_walk (
    .clk_i, .rst_ni, .load_i(load && !is_set), .set_load_i(load && is_set), .desc_i(buffer), .read_sent_i(read_sent), .tile_end_i(tile_end),
    .last_o(walk_last), .read_valid_o(read_valid), .read_last_o(read_last), .read_job_o(read_job), .writes_o(writes),
    .read_kind_o(read_kind), .scratch_job_o(scan_scratch_job), .token_cmd_o, .delta_cmd_o, .scan_cmd_o, .pack_cmd_o, .gate_cmd_o
  );

  // ---- The items of a descriptor of the units ----
  logic                               op_last, op_sent, op_load_job, send_op;
  logic [1:0]                         op_kind;
  logic [ssm_map_pkg::NumUnitCmds-1:0]   op_cmd;
  logic [ssm_pkg::JobBits-1:0]        op_dma_job;
  logic [ssm_pkg::ScratchJobBits-1:0] op_scratch_job;
  generate
    if (GemmDepth != 0) begin : gen_unit_walk
      ssm_unit_walk #(.DataBits(DataBits)) u_unit_walk (
        .clk_i, .rst_ni, .load_i(load), .desc_i(buffer), .sent_i(op_sent), .last_o(op_last), .kind_o(op_kind),
        .cmd_o(op_cmd), .dma_job_o(op_dma_job), .scratch_job_o(op_scratch_job), .load_job_o(op_load_job),
        .desc_o(unit_desc_o)
      );
    end else begin : gen_no_unit_walk
      assign op_last        = 1'b1;
      assign op_kind        = ssm_pkg::EmitDma;
      assign op_cmd         = '0;
      assign op_dma_job     = '0;
      assign op_scratch_job = '0;
      assign op_load_job    = 1'b0;
      assign unit_desc_o   = '0;
      logic unused_sent;
      assign unused_sent = op_sent;
    end
  endgenerate

  // ---- Write jobs wait here for their place in the order ----
  ssm_pkg::lag_t             lag;
  logic                      lag_valid, lag_due, lag_due_then, lag_pop, unused_lag_ready;
  logic [$clog2(LagDepth):0] lag_count_q;
  logic                      ht_sent_q, send_ht, send_write, lag_push;

  ssm_stream_fifo #(.Width(ssm_pkg::LagBits), .Depth(LagDepth)) u_lag_fifo (
    .clk_i, .rst_ni, .push_i(lag_push), .data_i(writes), .ready_o(unused_lag_ready),
    .valid_o(lag_valid), .data_o(lag), .pop_i(lag_pop)
  );
  // The oldest tile's writes: behind the reads of a tile once the queue is long enough, and at the end. HT goes first.
  assign lag_due    = lag_count_q > ($clog2(LagDepth) + 1)'(LagTiles);
  assign send_write = (state_q == StItems && !read_valid && lag_due)
                      || ((state_q == StDrain || state_q == StFlush) && lag_valid);
  assign send_ht    = lag.has_ht && !ht_sent_q;
  assign lag_due_then = lag_count_q + ($clog2(LagDepth) + 1)'(lag_push) > ($clog2(LagDepth) + 1)'(LagTiles);
  assign lag_push   = cmd_push_o && (writes.has_y || writes.has_ht);

  // ---- What is sent in this cycle, and where to ----
  logic          send_desc, send_read, send, sent, ready;
  logic [1:0]    kind;
  ssm_pkg::job_t job;

  assign send_desc = state_q == StStart || state_q == StFetch;
  assign send_read = state_q == StItems && read_valid;
  assign send_op   = state_q == StOps;
  assign send      = send_desc || send_read || send_write || send_op;
  always_comb begin
    job  = read_job;
    kind = ssm_pkg::EmitDma;
    if (send_desc) begin
      job        = '0;
      job.target = ssm_map_pkg::TargetDesc;
      job.addr   = desc_addr_i + (state_q == StStart ? '0 : (AddrBits'(desc_index_q) + 1'b1) << 7);
      job.beats  = CountBits'(DescBeats);
      if (MaxSets != 0 && records_due != '0) job.beats = CountBits'(records_due) * CountBits'(DescBeats);  // all of them
    end else if (send_write) begin
      job        = '0;
      job.write  = 1'b1;
      job.target = send_ht ? 5'(ssm_map_pkg::SourceHt) : 5'(ssm_map_pkg::SourceY);
      job.addr   = send_ht ? lag.addr_ht : lag.addr_y;
      job.beats  = send_ht ? lag.beats_ht : lag.beats_y;
      if (local_q && !send_ht) kind = ssm_pkg::EmitWrite;
    end else if (send_op) begin
      job  = op_dma_job;
      kind = op_kind;
    end else begin
      kind = read_kind;
    end
  end

  // Scratch jobs carry how many jobs of the other queue came before: a fenced one waits for them.
  ssm_pkg::scratch_job_t scratch_job, op_job, scan_job;
  logic [7:0]            reads_q, writes_q;
  logic                  fence_q;      // the descriptor's first scratch read is to come, and has a fence
  logic [6:0]            newer_q;      // of the newest writes, which it leaves out
  assign op_job   = op_scratch_job;
  assign scan_job = scan_scratch_job;
  always_comb begin
    scratch_job = send_op ? op_job : scan_job;
    if (send_write) begin
      scratch_job      = '0;
      scratch_job.port = ssm_map_pkg::WriteScanY;
      scratch_job.base = lag.addr_y[$clog2(DataBytes) +: 16];
      scratch_job.n0   = lag.beats_y;
      scratch_job.s0   = 16'd1;
      scratch_job.n1   = 16'd1;
      scratch_job.n2   = 16'd1;
    end
    scratch_job.fence = kind == ssm_pkg::EmitRead ? fence_q : send_op && op_load_job;
    scratch_job.count = kind == ssm_pkg::EmitRead ? writes_q - 8'(newer_q) : reads_q;
  end
  assign scratch_job_o = scratch_job;

  always_comb begin
    unique case (kind)
      ssm_pkg::EmitDma:   ready = job_ready_i;
      ssm_pkg::EmitRead:  ready = scratch_read_ready_i;
      ssm_pkg::EmitWrite: ready = scratch_write_ready_i;
      default:            ready = (op_cmd & ~unit_cmd_ready_i) == '0;
    endcase
  end
  assign sent                 = send && ready;
  assign job_push_o           = sent && kind == ssm_pkg::EmitDma;
  assign scratch_read_push_o  = sent && kind == ssm_pkg::EmitRead;
  assign scratch_write_push_o = sent && kind == ssm_pkg::EmitWrite;
  assign unit_cmd_push_o     = sent && kind == ssm_pkg::EmitCmd ? op_cmd : '0;
  assign job_o                = job;
  assign cmd_push_o           = state_q == StCmd && cmd_ready_i;
  assign lag_pop              = send_write && sent && !(send_ht && lag.has_y);
  assign read_sent            = send_read && sent;
  assign op_sent              = send_op && sent;
  // A set may have nothing to read: it shares what it needs with the one before.
  assign tile_end             = state_q == StItems ? sent && (send_read ? read_last && !lag_due : lag_pop)
                                                   : cmd_push_o && !read_valid && !lag_due_then;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      reads_q  <= '0;
      writes_q <= '0;
      fence_q  <= 1'b0;
    end else begin
      reads_q  <= reads_q + 8'(scratch_read_push_o);
      writes_q <= writes_q + 8'(scratch_write_push_o);
      fence_q  <= load && !is_set ? buffer.scan.fence : fence_q && !scratch_read_push_o;
    end
  end
  always_ff @(posedge clk_i) if (load && !is_set) newer_q <= buffer.scan.newer;

  // ---- Control ----
  logic [15:0] desc_index_q;
  logic        block_q;        // the descriptor being run is the units'
  logic [7:0]  tiles_q;        // pushed and not yet released by scan_serial
  logic [7:0]  cmds_q;         // of the units, in their queues
  logic        load_blocked, last_desc, clears, loads_anew, is_scan, sets_q, switches;
  logic [15:0] behind;         // descriptors behind this one

  assign last_desc     = 17'(desc_index_q) + 1'b1 >= 17'(desc_count_i);  // a count of 0 is taken as 1
  assign clears        = is_unit && buffer.params.opcode == ssm_map_pkg::OpParams && buffer.params.clear;
  assign behind        = last_desc ? '0 : desc_count_i - desc_index_q - 1'b1;
  assign is_scan       = !is_unit && !is_set;
  assign loads_anew    = is_scan && buffer.scan.load_params && buffer.scan.first_group == '0;
  assign switches      = MaxSets != 0 && is_scan && (buffer.scan.sets != '0 || sets_q);  // the use of the buffers
  assign load_blocked  = ((loads_anew || switches) && tiles_q != '0) || (clears && (cmds_q != '0
                         || (buffer.params.memory == ssm_map_pkg::MemScatter && !scratch_quiet_i)));
  assign load          = state_q == StWait && buffer_valid && !load_blocked;
  assign param_clear_o = load && (loads_anew || switches) && error == ssm_map_pkg::ErrNone;
  assign sets_clear_o  = load && switches && error == ssm_map_pkg::ErrNone;
  assign sets_o        = sets_q;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni)           sets_q <= 1'b0;
    else if (sets_clear_o) sets_q <= buffer.scan.sets != '0;
  end
  always_comb begin
    memory_clear_o = '0;
    memory_clear_o[buffer.params.memory] = load && clears && error == ssm_map_pkg::ErrNone;
  end
  assign weight_slots_o = buffer.params.slots;
  assign finished_o    = state_q == StDone;
  assign error_o       = error_q;

  logic busy, wait_in, wait_out;
  assign busy     = sent || cmd_push_o || load;
  assign wait_in  = state_q == StWait && !buffer_valid;
  assign wait_out = (send && !ready) || (state_q == StCmd && !cmd_ready_i)
                    || (state_q == StWait && buffer_valid && load_blocked);
  assign inc_o[ssm_map_pkg::CounterSequencerBusy]    = IncBits'(busy);
  assign inc_o[ssm_map_pkg::CounterSequencerWaitIn]  = IncBits'(wait_in);
  assign inc_o[ssm_map_pkg::CounterSequencerWaitOut] = IncBits'(wait_out);
  assign inc_o[ssm_map_pkg::CounterSequencerIdle]    = IncBits'(!(busy || wait_in || wait_out));

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q      <= StIdle;
      ht_sent_q    <= 1'b0;
      block_q      <= 1'b0;
      lag_count_q  <= '0;
      tiles_q      <= '0;
      cmds_q       <= '0;
      desc_index_q <= '0;
      error_q      <= ssm_map_pkg::ErrNone;
    end else begin
      lag_count_q <= lag_count_q + ($clog2(LagDepth) + 1)'(lag_push) - ($clog2(LagDepth) + 1)'(lag_pop);
      tiles_q     <= tiles_q + 8'(cmd_push_o) - 8'(tile_release_i);
      // A conv and a norm have a second queue, of their parameters.
      cmds_q      <= cmds_q + 8'($countones(unit_cmd_push_o)) + 8'(unit_cmd_push_o[ssm_map_pkg::CmdConv])
                     + 8'(unit_cmd_push_o[ssm_map_pkg::CmdNorm]) - 8'($countones(unit_cmd_left_i));
      if (send_write && sent) ht_sent_q <= send_ht && lag.has_y;
      if (load) block_q <= is_unit;
      if (state_q == StFetch && sent && records_due != '0) desc_index_q <= desc_index_q + 1'b1;
      if (load && is_set && records_due > 4'd1) desc_index_q <= desc_index_q + 1'b1;
      unique case (state_q)
        StIdle, StDone: begin
          if (start_i) begin
            state_q      <= StStart;
            desc_index_q <= '0;
            error_q      <= ssm_map_pkg::ErrNone;
          end
        end
        StStart: if (sent) state_q <= StWait;
        StWait: begin
          if (load) begin
            if (error != ssm_map_pkg::ErrNone) begin
              error_q <= error;
              state_q <= lag_count_q != '0 ? StDrain : StDone;
            end else if (MaxSets == 0 || !is_set || records_due == 4'd1) begin
              state_q <= !last_desc ? StFetch : !is_unit ? StCmd : lag_count_q != '0 ? StFlush : StOps;
            end
          end
        end
        StFetch: if (sent) state_q <= records_due != '0 ? StWait : !block_q ? StCmd : lag_count_q != '0 ? StFlush : StOps;
        StCmd, StItems: begin
          if (cmd_push_o) state_q <= StItems;
          if (tile_end) begin
            state_q <= StCmd;
            if (walk_last) begin
              desc_index_q <= desc_index_q + 1'b1;
              state_q      <= last_desc ? StDrain : StWait;
            end
          end
        end
        StFlush: if (lag_pop && lag_count_q == ($clog2(LagDepth) + 1)'(1)) state_q <= StOps;
        StOps: begin
          if (sent && op_last) begin
            desc_index_q <= desc_index_q + 1'b1;
            state_q      <= last_desc ? StDone : StWait;
          end
        end
        StDrain: if (lag_pop && lag_count_q == ($clog2(LagDepth) + 1)'(1)) state_q <= StDone;
        default: state_q <= StIdle;
      endcase
    end
  end
endmodule
