// ssm_scratch_queue: the jobs of a scratch engine, their fences and the addresses of the head job's words.
//   a fence: the job's first word waits until `count` jobs of the other engine are complete
// Contract: a job is visible in the cycle after its push; advance_i takes the head's next word, pop_i (with the advance of
// the last) ends it. fence_ok_o holds from the first word on. sim/PROGRAM.md, section 4.
module ssm_scratch_queue (
  input  logic                               clk_i,
  input  logic                               rst_ni,
  input  logic                               push_i,
  input  logic [ssm_pkg::ScratchJobBits-1:0] job_i,
  output logic                               ready_o,
  input  logic [31:0]                        others_done_i,  // jobs of the other engine that are complete
  output logic                               valid_o,
  output logic [ssm_pkg::ScratchJobBits-1:0] job_o,
  output logic                               fence_ok_o,
  input  logic                               advance_i,
  input  logic                               pop_i,
  // Scatter list.
  output logic [7:0]                         list_index_o,
  input  logic [7:0]                         list_entry_i,
  // The word.
  output logic [15:0]                        address_o,
  output logic [15:0]                        index_o,
  output logic                               last_o
);
  ssm_pkg::scratch_job_t new_job, job;
  logic [31:0] fence_new, fence, ahead;  // jobs of the other engine that the fence needs; how many more are complete
  logic [7:0]  behind;
  logic        first;

  // The job's count is modulo 256. Fewer than 128 jobs of the other engine are open when the job is pushed, and a fence leaves
  // out fewer than 128, so the whole count follows then; later the other engine may be any number of jobs ahead.
  assign new_job   = job_i;
  assign behind    = new_job.count - others_done_i[7:0];
  assign fence_new = others_done_i + {{24{behind[7]}}, behind};
  ssm_stream_fifo #(.Width(32 + ssm_pkg::ScratchJobBits), .Depth(ssm_map_pkg::ScratchQueueDepth)) u_jobs (
    .clk_i, .rst_ni, .push_i, .data_i({fence_new, job_i}), .ready_o, .valid_o, .data_o({fence, job_o}), .pop_i
  );
  assign job        = job_o;
  assign ahead      = others_done_i - fence;
  assign fence_ok_o = !first || !job.fence || !ahead[31];

  ssm_scratch_walk u_walk (
    .clk_i, .rst_ni, .job_i(job_o), .advance_i, .list_index_o, .list_entry_i, .address_o, .index_o, .first_o(first), .last_o
  );
endmodule
