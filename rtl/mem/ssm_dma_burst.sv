// ssm_dma_burst: runs transfer jobs on an AXI4 port strictly in the order given.
// A job is cut at 4 KiB boundaries and at MaxBurst beats. Its first burst waits until the target buffer has a place (read)
// or its tile is complete (write): so RREADY and BREADY are always 1 and a write burst's data never waits. One address
// command at a time; reads and writes share that one order, which no timing can change (sim/README.md, 4.2).
// A job with drain waits until every write response is in: it reads what jobs before it wrote.
// Beats of read data are handed to the target of the oldest outstanding burst. Write data follows the AW order.
module ssm_dma_burst #(
  parameter int unsigned DataBits = 128,
  parameter int unsigned MaxBurst = 64,
  parameter int unsigned Outstanding = 16
) (
  input  logic                               clk_i,
  input  logic                               rst_ni,
  // Jobs.
  input  logic                               job_valid_i,
  input  logic [ssm_pkg::JobBits-1:0]        job_i,
  output logic                               job_pop_o,
  // Read targets: place left, job accepted, beats.
  input  logic [ssm_map_pkg::NumReadTargets-1:0] target_free_i,
  output logic [ssm_map_pkg::NumReadTargets-1:0] target_alloc_o,
  output logic [ssm_map_pkg::NumReadTargets-1:0] rd_valid_o,
  output logic                               rd_last_o,
  output logic [DataBits-1:0]                rd_data_o,
  // Write sources: h_last, y, store.
  input  logic [ssm_map_pkg::NumWriteSources-1:0] source_done_i,
  output logic [ssm_map_pkg::NumWriteSources-1:0] source_claim_o,
  output logic [ssm_map_pkg::NumWriteSources-1:0] source_rd_en_o,
  output logic                               source_rd_last_o,
  input  logic [ssm_map_pkg::NumWriteSources*DataBits-1:0] source_data_i,
  output logic [ssm_map_pkg::NumWriteSources-1:0] source_release_o,
  // Status and counter events.
  output logic                               quiet_o,     // nothing outstanding
  output logic [ssm_map_pkg::LastDma:ssm_map_pkg::FirstDma][ssm_map_pkg::IncBits-1:0] inc_o,
  // AXI4.
  output logic                               m_axi_arvalid_o,
  input  logic                               m_axi_arready_i,
  output logic [ssm_pkg::AddrBits-1:0]       m_axi_araddr_o,
  output logic [7:0]                         m_axi_arlen_o,
  input  logic                               m_axi_rvalid_i,
  output logic                               m_axi_rready_o,
  input  logic [DataBits-1:0]                m_axi_rdata_i,
  input  logic                               m_axi_rlast_i,
  output logic                               m_axi_awvalid_o,
  input  logic                               m_axi_awready_i,
  output logic [ssm_pkg::AddrBits-1:0]       m_axi_awaddr_o,
  output logic [7:0]                         m_axi_awlen_o,
  output logic                               m_axi_wvalid_o,
  input  logic                               m_axi_wready_i,
  output logic [DataBits-1:0]                m_axi_wdata_o,
  output logic                               m_axi_wlast_o,
  input  logic                               m_axi_bvalid_i,
  output logic                               m_axi_bready_o
);
  localparam int unsigned IncBits = ssm_map_pkg::IncBits;
  localparam int unsigned DataBytes    = DataBits / 8;
  localparam int unsigned ByteShift    = $clog2(DataBytes);
  localparam int unsigned PageBeatBits = 12 - ByteShift;  // beats of a 4 KiB page
  localparam int unsigned CountBits    = ssm_pkg::CountBits;
  localparam int unsigned PendingBits  = 16;
  localparam int unsigned SourceBits   = $clog2(ssm_map_pkg::NumWriteSources);
  localparam int unsigned TargetBits   = ssm_map_pkg::TargetBits;

  // ---- Command engine ----
  ssm_pkg::job_t                job;
  logic                         first_q;       // the head job has sent no burst yet
  logic [ssm_pkg::AddrBits-1:0] next_addr_q, addr;
  logic [CountBits-1:0]         next_left_q, left, page_left, length;
  logic                         read_ready, write_ready, handshake, last_burst;
  logic                         route_ready, wqueue_ready;
  logic [SourceBits-1:0]        source;
  logic [PendingBits-1:0]       responses_q;  // bursts whose response is not in

  assign job       = job_i;
  assign addr      = first_q ? job.addr : next_addr_q;
  assign left      = first_q ? job.beats : next_left_q;
  assign page_left = CountBits'(1 << PageBeatBits) - CountBits'(addr[11:ByteShift]);

  always_comb begin
    length = left;
    if (length > page_left) length = page_left;
    if (length > CountBits'(MaxBurst)) length = CountBits'(MaxBurst);
  end

  assign source          = job.target[SourceBits-1:0];
  assign read_ready      = target_free_i[job.target] && route_ready && !(job.drain && responses_q != '0);
  assign write_ready     = source_done_i[source] && wqueue_ready;
  assign m_axi_arvalid_o = job_valid_i && !job.write && read_ready;
  assign m_axi_awvalid_o = job_valid_i && job.write && write_ready;
  assign m_axi_araddr_o  = addr;
  assign m_axi_awaddr_o  = addr;
  assign m_axi_arlen_o   = 8'(length - 1'b1);
  assign m_axi_awlen_o   = 8'(length - 1'b1);
  assign handshake       = (m_axi_arvalid_o && m_axi_arready_i) || (m_axi_awvalid_o && m_axi_awready_i);
  assign last_burst      = length == left;
  assign job_pop_o       = handshake && last_burst;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni)        first_q <= 1'b1;
    else if (handshake) first_q <= last_burst;
  end
  always_ff @(posedge clk_i) begin
    if (handshake) begin
      next_addr_q <= addr + (ssm_pkg::AddrBits'(length) << ByteShift);
      next_left_q <= left - length;
    end
  end

  always_comb begin
    target_alloc_o = '0;
    source_claim_o = '0;
    if (job_pop_o && !job.write) target_alloc_o[job.target] = 1'b1;
    if (job_pop_o && job.write) source_claim_o[source] = 1'b1;
  end

  logic read_burst, write_burst;
  assign read_burst  = m_axi_arvalid_o && m_axi_arready_i;
  assign write_burst = m_axi_awvalid_o && m_axi_awready_i;

  // ---- Read data: the oldest outstanding burst says where it goes ----
  logic       route_valid, route_last;
  logic [TargetBits-1:0] route_target;

  ssm_stream_fifo #(.Width(TargetBits + 1), .Depth(Outstanding)) u_route (
    .clk_i, .rst_ni,
    .push_i (read_burst),
    .data_i ({last_burst, job.target}),
    .ready_o(route_ready),
    .valid_o(route_valid),
    .data_o ({route_last, route_target}),
    .pop_i  (m_axi_rvalid_i && m_axi_rlast_i)
  );

  assign m_axi_rready_o = 1'b1;
  assign rd_data_o      = m_axi_rdata_i;
  assign rd_last_o      = m_axi_rlast_i && route_last;
  always_comb begin
    rd_valid_o = '0;
    rd_valid_o[route_target] = m_axi_rvalid_i;
  end

  // ---- Write data: bursts in AW order ----
  logic [8:0]           burst_beats;
  logic                 wq_valid, wq_last;
  logic [SourceBits-1:0] wq_source, w_source_q;
  logic [8:0]           wq_beats;
  logic                 w_active_q, w_job_last_q, w_accept, w_load, w_free;
  logic [8:0]           w_left_q;  // beats of the burst not yet handed over

  assign burst_beats = 9'(length);
  ssm_stream_fifo #(.Width(10 + SourceBits), .Depth(ssm_map_pkg::WriteBurstDepth)) u_write_queue (
    .clk_i, .rst_ni,
    .push_i (write_burst),
    .data_i ({last_burst, source, burst_beats}),
    .ready_o(wqueue_ready),
    .valid_o(wq_valid),
    .data_o ({wq_last, wq_source, wq_beats}),
    .pop_i  (w_load)
  );

  assign w_free         = !w_active_q;
  assign w_load         = wq_valid && w_free;
  assign m_axi_wvalid_o = w_active_q;
  assign m_axi_wlast_o  = w_left_q == 9'd1;
  assign w_accept       = w_active_q && m_axi_wready_i;
  assign m_axi_wdata_o  = source_data_i[w_source_q*DataBits +: DataBits];
  assign m_axi_bready_o = 1'b1;

  always_comb begin
    source_rd_en_o   = '0;
    source_release_o = '0;
    source_rd_last_o = 1'b0;
    if (w_load) begin
      source_rd_en_o[wq_source] = 1'b1;
      source_rd_last_o = wq_last && wq_beats == 9'd1;
    end else if (w_accept && !m_axi_wlast_o) begin
      source_rd_en_o[w_source_q] = 1'b1;
      source_rd_last_o = w_job_last_q && w_left_q == 9'd2;
    end
    if (w_accept && m_axi_wlast_o) source_release_o[w_source_q] = w_job_last_q;
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni)                         w_active_q <= 1'b0;
    else if (w_load)                     w_active_q <= 1'b1;
    else if (w_accept && m_axi_wlast_o)  w_active_q <= 1'b0;
  end
  always_ff @(posedge clk_i) begin
    if (w_load) begin
      w_source_q   <= wq_source;
      w_job_last_q <= wq_last;
      w_left_q     <= wq_beats;
    end else if (w_accept) begin
      w_left_q <= w_left_q - 1'b1;
    end
  end

  // ---- Completion ----
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) responses_q <= '0;
    else responses_q <= responses_q + PendingBits'(write_burst) - PendingBits'(m_axi_bvalid_i);
  end
  assign quiet_o = !job_valid_i && !route_valid && responses_q == '0;

  // ---- Counters ----
  assign inc_o[ssm_map_pkg::CounterDmaBusy]            = IncBits'(handshake);
  assign inc_o[ssm_map_pkg::CounterDmaWaitIn]          = IncBits'(job_valid_i && !m_axi_arvalid_o && !m_axi_awvalid_o);
  assign inc_o[ssm_map_pkg::CounterDmaWaitOut]         = IncBits'((m_axi_arvalid_o || m_axi_awvalid_o) && !handshake);
  assign inc_o[ssm_map_pkg::CounterDmaIdle]            = IncBits'(!job_valid_i && !m_axi_arvalid_o && !m_axi_awvalid_o);
  assign inc_o[ssm_map_pkg::CounterDmaDramReadBytes]   = m_axi_rvalid_i ? IncBits'(DataBits / 8) : '0;
  assign inc_o[ssm_map_pkg::CounterDmaDramWriteBytes]  = w_accept ? IncBits'(DataBits / 8) : '0;
  assign inc_o[ssm_map_pkg::CounterDmaBufferWriteBits] = m_axi_rvalid_i ? IncBits'(DataBits) : '0;
  assign inc_o[ssm_map_pkg::CounterDmaBufferReadBits]  = w_accept ? IncBits'(DataBits) : '0;
  assign inc_o[ssm_map_pkg::CounterDmaReadBursts]      = IncBits'(read_burst);
  assign inc_o[ssm_map_pkg::CounterDmaWriteBursts]     = IncBits'(write_burst);
endmodule
