// ssm_scratch_read: runs the jobs that take words out of the scratch memory, one word per cycle, strictly in order.
// Contract: a word issues when the head job is visible, its fence is met (first word) and the target has a place. take_o, in the
// issue cycle: a place is taken (queue: by the last word of an entry; buffer: by the job's last). valid_o, one cycle later: an
// entry or a word for the target is complete, in word_o (single, half_low, half_high), pair_o (double) or triple_o.
// A target sees an entry at issue + 2. sim/PROGRAM.md, section 4.
module ssm_scratch_read #(
  parameter int unsigned WordBits = 128,
  parameter int unsigned AddrBits = 10
) (
  input  logic                                clk_i,
  input  logic                                rst_ni,
  // Jobs.
  input  logic                                job_push_i,
  input  logic [ssm_pkg::ScratchJobBits-1:0]  job_i,
  output logic                                job_ready_o,
  output logic                                quiet_o,
  input  logic [31:0]                         writes_done_i,  // jobs of the write engine that are complete
  output logic [31:0]                         reads_done_o,
  // Memory.
  output logic                                mem_en_o,
  output logic [AddrBits-1:0]                 mem_addr_o,
  input  logic [WordBits-1:0]                 mem_data_i,
  // Targets, by port.
  input  logic [ssm_map_pkg::NumScratchReads-1:0] place_i,
  output logic [ssm_map_pkg::NumScratchReads-1:0] take_o,
  output logic [ssm_map_pkg::NumScratchReads-1:0] valid_o,
  output logic                                last_o,         // of the job
  output logic [ssm_pkg::CountBits-1:0]       row_o,          // number of the word
  output logic [WordBits-1:0]                 word_o,
  output logic [2*WordBits-1:0]               pair_o,         // first word low
  output logic [3*WordBits-1:0]               triple_o,       // byte by byte: the three words' bytes of a lane together
  // Counter events.
  output logic [ssm_map_pkg::LastScratchRead:ssm_map_pkg::FirstScratchRead][ssm_map_pkg::IncBits-1:0] inc_o
);
  localparam int unsigned HalfBits   = WordBits / 2;
  localparam int unsigned Lanes      = WordBits / 8;

  ssm_pkg::scratch_job_t job;
  logic [ssm_pkg::ScratchJobBits-1:0] job_data;
  logic [7:0]  list_index_unused;
  logic        job_valid, issue, last, fence_ok, place, entry_last, half, is_buffer;
  logic [15:0] address, index;
  logic [1:0]  word_q, entry_words;  // words of the entry already issued; words of an entry

  ssm_scratch_queue u_queue (
    .clk_i, .rst_ni, .push_i(job_push_i), .job_i, .ready_o(job_ready_o), .others_done_i(writes_done_i), .valid_o(job_valid),
    .job_o(job_data), .fence_ok_o(fence_ok), .advance_i(issue), .pop_i(issue && last), .list_index_o(list_index_unused),
    .list_entry_i('0), .address_o(address), .index_o(index), .last_o(last)
  );
  assign job        = job_data;
  assign quiet_o    = !job_valid;
  assign place      = place_i[job.port];
  assign issue      = job_valid && fence_ok && place;
  assign mem_en_o   = issue;
  assign mem_addr_o = address[AddrBits-1:0];

  assign half = job.mode == ssm_map_pkg::ModeHalfLow || job.mode == ssm_map_pkg::ModeHalfHigh;
  always_comb begin
    entry_words = 2'd1;
    if (half || job.mode == ssm_map_pkg::ModeDouble) entry_words = 2'd2;
    if (job.mode == ssm_map_pkg::ModeTriple) entry_words = 2'd3;
  end
  assign entry_last = word_q == entry_words - 1'b1 || (half && last);
  assign is_buffer  = job.port == ssm_map_pkg::ReadGemmX || job.port >= ssm_map_pkg::ReadStore;
  always_comb begin
    take_o = '0;
    take_o[job.port] = issue && (is_buffer ? last : entry_last);
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      word_q       <= '0;
      reads_done_o <= '0;
    end else if (issue) begin
      word_q <= entry_last ? '0 : word_q + 1'b1;
      if (last) reads_done_o <= reads_done_o + 1'b1;
    end
  end

  // One cycle later: the word is there, the ones before it have been kept.
  logic                                read_q, half_q, high_q, alone_q;
  logic [ssm_map_pkg::NumScratchReads-1:0] valid_q;
  logic [WordBits-1:0]                 before_q, before2_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      read_q  <= 1'b0;
      valid_q <= '0;
    end else begin
      read_q  <= issue;
      valid_q <= '0;
      valid_q[job.port] <= issue && entry_last;
    end
  end
  always_ff @(posedge clk_i) begin
    last_o  <= last;
    row_o   <= index;
    half_q  <= half;
    high_q  <= job.mode == ssm_map_pkg::ModeHalfHigh;
    alone_q <= word_q == '0;
    if (read_q) begin
      before_q  <= mem_data_i;
      before2_q <= before_q;
    end
  end

  logic [HalfBits-1:0] half_now, half_before;
  assign half_now    = high_q ? mem_data_i[HalfBits +: HalfBits] : mem_data_i[0 +: HalfBits];
  assign half_before = high_q ? before_q[HalfBits +: HalfBits] : before_q[0 +: HalfBits];

  assign valid_o = valid_q;
  assign word_o  = !half_q ? mem_data_i : alone_q ? {HalfBits'(0), half_now} : {half_now, half_before};
  assign pair_o  = {mem_data_i, before_q};
  generate
    for (genvar l = 0; l < Lanes; l++) begin : gen_lane
      assign triple_o[24*l +: 24] = {mem_data_i[8*l +: 8], before_q[8*l +: 8], before2_q[8*l +: 8]};
    end
  endgenerate

  assign inc_o[ssm_map_pkg::CounterScratchReadBusy]    = ssm_map_pkg::IncBits'(issue);
  assign inc_o[ssm_map_pkg::CounterScratchReadWaitIn]  = ssm_map_pkg::IncBits'(job_valid && !fence_ok);
  assign inc_o[ssm_map_pkg::CounterScratchReadWaitOut] = ssm_map_pkg::IncBits'(job_valid && fence_ok && !place);
  assign inc_o[ssm_map_pkg::CounterScratchReadIdle]    = ssm_map_pkg::IncBits'(!job_valid);
  assign inc_o[ssm_map_pkg::CounterScratchReadScratchReadBits] = mem_en_o ? ssm_map_pkg::IncBits'(WordBits) : '0;
endmodule
