// ssm_scratch_write: runs the jobs that bring results into the scratch memory or the z buffer, one step per cycle, strictly in
// order. A step takes one word out of an entry or, in mode pair, one entry of half a word.
// Contract: a step needs the head job, its fence (first step), the entry (or row, or tile), with scatter the list entry, and for
// the z buffer a place. step_o, by port: a step; pop_o: the step that ends an entry (load and scan_y: the job, that is the slot).
// A word lands one cycle after the step that completes it: wr_en_o or zg_valid_o. load and scan_y read in the step and give
// their data at the landing. sim/PROGRAM.md, section 4.
module ssm_scratch_write #(
  parameter int unsigned WordBits = 128,
  parameter int unsigned AddrBits = 10,
  parameter int unsigned Lanes = WordBits / 8
) (
  input  logic                                 clk_i,
  input  logic                                 rst_ni,
  // Jobs.
  input  logic                                 job_push_i,
  input  logic [ssm_pkg::ScratchJobBits-1:0]   job_i,
  output logic                                 job_ready_o,
  output logic                                 quiet_o,
  input  logic [31:0]                          reads_done_i,   // jobs of the read engine that are complete
  output logic [31:0]                          writes_done_o,
  // Scatter list.
  output logic [7:0]                           list_index_o,
  input  logic [7:0]                           list_entry_i,
  input  logic                                 list_valid_i,
  // Sources, by port.
  input  logic [ssm_map_pkg::NumScratchWrites-1:0] entry_valid_i,
  output logic [ssm_map_pkg::NumScratchWrites-1:0] step_o,
  output logic [ssm_map_pkg::NumScratchWrites-1:0] pop_o,
  output logic [ssm_pkg::CountBits-1:0]        row_o,          // number of the word: row of a load tile
  input  logic [32*Lanes-1:0]                  gemm_y_i,
  input  logic [WordBits-1:0]                  conv_u_i,
  input  logic [24*Lanes-1:0]                  conv_h_i,
  input  logic [WordBits/2-1:0]                norm_y_i,
  input  logic [WordBits-1:0]                  hadamard_y_i,
  input  logic [WordBits-1:0]                  load_data_i,
  input  logic [WordBits-1:0]                  scan_y_data_i,
  // Destinations.
  output logic                                 wr_en_o,
  output logic [AddrBits-1:0]                  wr_addr_o,
  output logic [WordBits-1:0]                  wr_data_o,
  input  logic                                 zg_place_i,
  output logic                                 zg_alloc_o,
  output logic                                 zg_valid_o,
  output logic                                 zg_last_o,
  // Counter events.
  output logic [ssm_map_pkg::LastScratchWrite:ssm_map_pkg::FirstScratchWrite][ssm_map_pkg::IncBits-1:0] inc_o
);
  localparam int unsigned HalfBits   = WordBits / 2;
  localparam int unsigned HalfLanes  = Lanes / 2;

  ssm_pkg::scratch_job_t job;
  logic [ssm_pkg::ScratchJobBits-1:0] job_data;
  logic        job_valid, step, word_done, last_word, last, fence_ok, operand, place, to_z, pair, from_tile, part_last;
  logic [15:0] address;
  logic [1:0]  part_q, last_part;  // steps of the entry (pair: of the word) already done

  ssm_scratch_queue u_queue (
    .clk_i, .rst_ni, .push_i(job_push_i), .job_i, .ready_o(job_ready_o), .others_done_i(reads_done_i), .valid_o(job_valid),
    .job_o(job_data), .fence_ok_o(fence_ok), .advance_i(step && word_done), .pop_i(step && last), .list_index_o,
    .list_entry_i, .address_o(address), .index_o(row_o), .last_o(last_word)
  );
  assign job      = job_data;
  assign quiet_o  = !job_valid;
  assign to_z     = job.port == ssm_map_pkg::WriteGemmZ;
  assign pair     = job.mode == ssm_map_pkg::ModePair;
  assign operand  = entry_valid_i[job.port[2:0]] && (!job.scatter || list_valid_i);
  assign place    = !to_z || zg_place_i;
  assign step     = job_valid && fence_ok && operand && place;

  always_comb begin
    last_part = 2'd0;
    if (pair || job.mode == ssm_map_pkg::ModeDouble) last_part = 2'd1;
    if (job.mode == ssm_map_pkg::ModeTriple) last_part = 2'd2;
    if (job.mode == ssm_map_pkg::ModeQuad) last_part = 2'd3;
  end
  assign part_last  = part_q == last_part;
  assign word_done  = !pair || part_last;
  assign last       = word_done && last_word;
  assign from_tile  = job.port == ssm_map_pkg::WriteLoad || job.port == ssm_map_pkg::WriteScanY;
  assign zg_alloc_o = step && last && to_z;
  always_comb begin
    step_o = '0;
    pop_o  = '0;
    step_o[job.port[2:0]] = step;
    pop_o[job.port[2:0]]  = step && (from_tile ? last : pair || part_last);
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni)   part_q <= '0;
    else if (step) part_q <= part_last ? '0 : part_q + 1'b1;
  end

  // The word of this step.
  logic [WordBits-1:0] gemm_bytes, gemm_halves, gemm_quarter, conv_state, word;
  logic [HalfBits-1:0] hadamard_bytes, half, half_q;

  always_comb begin
    for (int unsigned l = 0; l < Lanes; l++) begin
      gemm_bytes[8*l +: 8] = gemm_y_i[32*l +: 8];
      conv_state[8*l +: 8] = conv_h_i[24*l + 8*32'(part_q) +: 8];
    end
    for (int unsigned l = 0; l < HalfLanes; l++) begin
      gemm_halves[16*l +: 16]   = part_q[0] ? gemm_y_i[32*(l+HalfLanes) +: 16] : gemm_y_i[32*l +: 16];
      hadamard_bytes[8*l +: 8]  = hadamard_y_i[16*l +: 8];
    end
  end
  assign gemm_quarter = gemm_y_i[part_q*WordBits +: WordBits];
  assign half         = job.port == ssm_map_pkg::WriteNorm ? norm_y_i : hadamard_bytes;

  always_comb begin
    unique case (job.port)
      ssm_map_pkg::WriteConvU:    word = conv_u_i;
      ssm_map_pkg::WriteConvH:    word = conv_state;
      ssm_map_pkg::WriteNorm:     word = {half, half_q};
      ssm_map_pkg::WriteHadamard: word = pair ? {half, half_q} : hadamard_y_i;
      default: begin
        word = gemm_bytes;
        if (job.mode == ssm_map_pkg::ModeDouble) word = gemm_halves;
        if (job.mode == ssm_map_pkg::ModeQuad) word = gemm_quarter;
      end
    endcase
  end

  // Landing.
  logic                wr_q, zg_q, last_q, from_load_q, from_y_q;
  logic [AddrBits-1:0] addr_q;
  logic [WordBits-1:0] word_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      wr_q          <= 1'b0;
      zg_q          <= 1'b0;
      last_q        <= 1'b0;
      writes_done_o <= '0;
    end else begin
      wr_q   <= step && word_done && !to_z;
      zg_q   <= step && word_done && to_z;
      last_q <= step && last;
      if (last_q) writes_done_o <= writes_done_o + 1'b1;
    end
  end
  always_ff @(posedge clk_i) begin
    if (step) half_q <= half;
    word_q      <= word;
    addr_q      <= address[AddrBits-1:0];
    from_load_q <= job.port == ssm_map_pkg::WriteLoad;
    from_y_q    <= job.port == ssm_map_pkg::WriteScanY;
  end
  assign wr_en_o    = wr_q;
  assign wr_addr_o  = addr_q;
  assign wr_data_o  = from_load_q ? load_data_i : from_y_q ? scan_y_data_i : word_q;
  assign zg_valid_o = zg_q;
  assign zg_last_o  = last_q;

  assign inc_o[ssm_map_pkg::CounterScratchWriteBusy]    = ssm_map_pkg::IncBits'(step);
  assign inc_o[ssm_map_pkg::CounterScratchWriteWaitIn]  = ssm_map_pkg::IncBits'(job_valid && !(fence_ok && operand));
  assign inc_o[ssm_map_pkg::CounterScratchWriteWaitOut] = ssm_map_pkg::IncBits'(job_valid && fence_ok && operand && !place);
  assign inc_o[ssm_map_pkg::CounterScratchWriteIdle]    = ssm_map_pkg::IncBits'(!job_valid);
  assign inc_o[ssm_map_pkg::CounterScratchWriteScratchWriteBits] = wr_en_o ? ssm_map_pkg::IncBits'(WordBits) : '0;
  assign inc_o[ssm_map_pkg::CounterScratchWriteZWriteBits]       = zg_valid_o ? ssm_map_pkg::IncBits'(WordBits) : '0;
endmodule
