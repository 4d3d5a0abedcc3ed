// ssm_scratch_walk: the addresses of a scratch job, one per advance.
//   base + i0*s0 + i1*s1 + i2*s2, i0 innermost;  with scatter base + i0 + V*list[i1] + i2*s2,
//   V = 1, 2, 4 by mode single, double, quad
// Contract: the job is stable from its first address to the advance of its last one; in the next cycle another one may be
// there. list_entry_i answers list_index_o in the same cycle. Addresses wrap at 2^16.
module ssm_scratch_walk (
  input  logic                               clk_i,
  input  logic                               rst_ni,
  input  logic [ssm_pkg::ScratchJobBits-1:0] job_i,
  input  logic                               advance_i,
  output logic [7:0]                         list_index_o,
  input  logic [7:0]                         list_entry_i,
  output logic [15:0]                        address_o,
  output logic [15:0]                        index_o,   // i0
  output logic                               first_o,
  output logic                               last_o
);
  ssm_pkg::scratch_job_t job;
  logic [15:0] i0_q, i1_q, i2_q;
  logic [15:0] address_q, row_q, plane_q;  // of the word, of i0 = 0, of i0 = i1 = 0
  logic [15:0] row, plane, next_row, next_plane;
  logic        first_q, last0, last1, last2;
  logic [1:0]  log2_words;

  assign job        = job_i;
  assign last0      = i0_q == job.n0 - 1'b1;
  assign last1      = i1_q == job.n1 - 1'b1;
  assign last2      = i2_q == job.n2 - 1'b1;
  assign first_o    = first_q;
  assign last_o     = last0 && last1 && last2;
  assign index_o    = i0_q;
  assign row        = first_q ? job.base : row_q;
  assign plane      = first_q ? job.base : plane_q;
  assign next_row   = row + job.s1;
  assign next_plane = plane + job.s2;

  always_comb begin
    log2_words = 2'd0;
    if (job.mode == ssm_map_pkg::ModeDouble) log2_words = 2'd1;
    if (job.mode == ssm_map_pkg::ModeQuad) log2_words = 2'd2;
  end
  assign list_index_o = i1_q[7:0];

  always_comb begin
    address_o = first_q ? job.base : address_q;
    if (job.scatter) begin
      address_o = plane + (16'(list_entry_i) << log2_words) + i0_q;
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      first_q <= 1'b1;
      i0_q    <= '0;
      i1_q    <= '0;
      i2_q    <= '0;
    end else if (advance_i) begin
      first_q <= last_o;
      i0_q    <= last0 ? '0 : i0_q + 1'b1;
      if (last0) i1_q <= last1 ? '0 : i1_q + 1'b1;
      if (last0 && last1) i2_q <= last2 ? '0 : i2_q + 1'b1;
    end
  end
  always_ff @(posedge clk_i) begin
    if (advance_i) begin
      address_q <= !last0 ? address_o + job.s0 : !last1 ? next_row : next_plane;
      row_q     <= !last0 ? row : !last1 ? next_row : next_plane;
      plane_q   <= last0 && last1 ? next_plane : plane;
    end
  end
endmodule
