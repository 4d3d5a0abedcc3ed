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
  localparam int unsigned LagTiles  = TileBuffers - 1;
  localparam int unsigned LagDepth  = 1 << $clog2(TileBuffers + 1);
  localparam int unsigned DescBits  = 8 * ssm_pkg::DescBytes;

  typedef enum logic [2:0] {StIdle, StStart, StWait, StFetch, StCmd, StItems, StDrain, StDone} state_e;
  state_e state_q;

  // ---- Descriptor buffer ----
  logic [DescBits-1:0] buffer_q;
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

  logic [7:0] error, error_q;
  ssm_descriptor_check #(
    .StatesPerLane(StatesPerLane), .MaxStates(MaxStates), .ChunkTokens(ChunkTokens), .StateRows(StateRows)
  ) u_descriptor_check (.desc_i(buffer_q), .error_o(error));

  // ---- The walk of the active descriptor ----
  logic                        read_valid, read_last, walk_last, tile_end, read_sent;
  logic [ssm_pkg::JobBits-1:0] read_job;
  logic [ssm_pkg::LagBits-1:0] writes;

  ssm_scan_walk #(
    .NumLanes(NumLanes), .StatesPerLane(StatesPerLane), .Interleave(Interleave), .OperandBits(OperandBits),
    .OutputBits(OutputBits), .StoredBits(StoredBits), .DataBits(DataBits)
  ) u_scan_walk (
    .clk_i, .rst_ni, .load_i(load), .desc_i(buffer_q), .read_sent_i(read_sent), .tile_end_i(tile_end),
    .last_o(walk_last), .read_valid_o(read_valid), .read_last_o(read_last), .read_job_o(read_job), .writes_o(writes),
    .delta_cmd_o, .scan_cmd_o, .gate_cmd_o
  );

  // ---- Write jobs wait here for their place in the order ----
  ssm_pkg::lag_t             lag;
  logic                      lag_valid, lag_due, lag_pop, unused_lag_ready;
  logic [$clog2(LagDepth):0] lag_count_q;
  logic                      ht_sent_q, send_ht, send_write;

  ssm_stream_fifo #(.Width(ssm_pkg::LagBits), .Depth(LagDepth)) u_lag_fifo (
    .clk_i, .rst_ni, .push_i(cmd_push_o), .data_i(writes), .ready_o(unused_lag_ready),
    .valid_o(lag_valid), .data_o(lag), .pop_i(lag_pop)
  );
  // The oldest tile's writes: behind the reads of a tile once the queue is long enough, and at the end. HT goes first.
  assign lag_due    = lag_count_q > ($clog2(LagDepth) + 1)'(LagTiles);
  assign send_write = (state_q == StItems && !read_valid && lag_due) || (state_q == StDrain && lag_valid);
  assign send_ht    = lag.has_ht && !ht_sent_q;

  // ---- Jobs ----
  logic          send_desc, send_read;
  ssm_pkg::job_t job;

  assign send_desc = state_q == StStart || state_q == StFetch;
  assign send_read = state_q == StItems && read_valid;
  always_comb begin
    job = read_job;
    if (send_desc) begin
      job.write  = 1'b0;
      job.target = ssm_pkg::TargetDesc;
      job.addr   = desc_addr_i + (state_q == StStart ? '0 : (AddrBits'(desc_index_q) + 1'b1) << 7);
      job.beats  = CountBits'(DataBytes >= ssm_pkg::DescBytes ? 1 : ssm_pkg::DescBytes / DataBytes);
    end else if (send_write) begin
      job.write  = 1'b1;
      job.target = send_ht ? 4'(ssm_pkg::SourceHt) : 4'(ssm_pkg::SourceY);
      job.addr   = send_ht ? lag.addr_ht : lag.addr_y;
      job.beats  = send_ht ? lag.beats_ht : lag.beats_y;
    end
  end

  logic emit_job;
  assign emit_job   = send_desc || send_read || send_write;
  assign job_push_o = emit_job && job_ready_i;
  assign job_o      = job;
  assign cmd_push_o = state_q == StCmd && cmd_ready_i;
  assign lag_pop    = send_write && job_push_o && !send_ht;
  assign read_sent  = send_read && job_push_o;
  assign tile_end   = state_q == StItems && job_push_o && (send_read ? read_last && !lag_due : !send_ht);

  // ---- Control ----
  logic [15:0] desc_index_q;
  logic [7:0]  tiles_q;        // pushed and not yet released by scan_serial
  logic        load_blocked, last_desc;

  assign last_desc     = 17'(desc_index_q) + 1'b1 >= 17'(desc_count_i);  // a count of 0 is taken as 1
  assign load_blocked  = buffer_q[13] && tiles_q != '0;
  assign load          = state_q == StWait && buffer_valid_q && !load_blocked;
  assign param_clear_o = load && buffer_q[13] && error == ssm_pkg::ErrNone;
  assign finished_o    = state_q == StDone;
  assign error_o       = error_q;

  assign ev_busy_o     = job_push_o || cmd_push_o || load;
  assign ev_wait_in_o  = state_q == StWait && !buffer_valid_q;
  assign ev_wait_out_o = (emit_job && !job_ready_i) || (state_q == StCmd && !cmd_ready_i)
                         || (state_q == StWait && buffer_valid_q && load_blocked);

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q      <= StIdle;
      ht_sent_q    <= 1'b0;
      lag_count_q  <= '0;
      tiles_q      <= '0;
      desc_index_q <= '0;
      error_q      <= ssm_pkg::ErrNone;
    end else begin
      lag_count_q <= lag_count_q + ($clog2(LagDepth) + 1)'(cmd_push_o) - ($clog2(LagDepth) + 1)'(lag_pop);
      tiles_q     <= tiles_q + 8'(cmd_push_o) - 8'(tile_release_i);
      if (send_write && job_push_o) ht_sent_q <= send_ht;
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
            state_q <= StCmd;
            if (walk_last) begin
              desc_index_q <= desc_index_q + 1'b1;
              state_q      <= last_desc ? StDrain : StWait;
            end
          end
        end
        StDrain: if (lag_pop && lag_count_q == ($clog2(LagDepth) + 1)'(1)) state_q <= StDone;
        default: state_q <= StIdle;
      endcase
    end
  end
endmodule
