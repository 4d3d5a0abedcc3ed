// ssm_tile_buffer_check: the contract of those who fill a tile buffer and read it (what its proof in tests/formal takes for
// granted). A resident memory (one slot, or linear_i) has no rules of slots: what takes, leaves and gives them back is ignored.
module ssm_tile_buffer_check (
  input logic clk_i,
  input logic rst_ni,
  input logic resident_i,
  input logic linear_i,
  input logic clear_i,
  input logic empty_i,        // no slot taken or written
  input logic alloc_i,
  input logic free_i,
  input logic write_i,
  input logic write_full_i,   // the slot being written is complete
  input logic past_end_i,     // it has all the beats that fit
  input logic next_i,
  input logic next_full_i,    // the tile being checked is complete
  input logic last_slot_i,    // the slot behind it is one that is still to be read
  input logic same_slot_i,    // it is the one that is given back next
  input logic release_i,
  input logic dropped_i       // a tile that was given back early is still being written
);
  logic linear_q, cleared_q, bad_alloc, bad_write, bad_next, bad_release, bad_clear;
  assign bad_alloc   = !resident_i && alloc_i && !free_i;
  assign bad_write   = write_i && (write_full_i || past_end_i);
  assign bad_next    = !resident_i && next_i
                       && !(release_i && same_slot_i ? !dropped_i : next_full_i && (release_i || !last_slot_i));
  assign bad_release = !resident_i && release_i && (dropped_i || (same_slot_i && !next_i));
  assign bad_clear   = (linear_i != linear_q && !cleared_q)
                       || (!resident_i && clear_i && !(empty_i && !alloc_i && !write_i && !next_i && !release_i));
  always_ff @(posedge clk_i) begin
    linear_q  <= linear_i;
    cleared_q <= clear_i || !rst_ni;
    if (rst_ni && (bad_alloc || bad_write || bad_next || bad_release || bad_clear)) begin
      if (bad_alloc)        ssm_check_pkg::scansim_rtl_violation($sformatf("%m: a slot taken that is not free"));
      else if (bad_write)   ssm_check_pkg::scansim_rtl_violation($sformatf("%m: a beat past the end of its tile"));
      else if (bad_next)    ssm_check_pkg::scansim_rtl_violation($sformatf("%m: a tile left that is not complete"));
      else if (bad_release) ssm_check_pkg::scansim_rtl_violation($sformatf("%m: a tile given back that is in use"));
      else                  ssm_check_pkg::scansim_rtl_violation($sformatf("%m: slots cleared in use, or their use changed"));
    end
  end
endmodule

bind ssm_tile_buffer ssm_tile_buffer_check u_check (
  .clk_i(clk_i), .rst_ni(rst_ni), .resident_i(!by_slots), .linear_i(linear_i), .clear_i(clear_i),
  .empty_i(taken_q == '0 && write_beat_q == '0 && check_slot_q == read_slot_q), .alloc_i(alloc_i), .free_i(slot_free_o),
  .write_i(wr_valid_i), .write_full_i(full_q[write_slot_q]),
  .past_end_i(32'(write_beat_q) >= ((by_slots ? SlotWords : Depth) << BeatShift)), .next_i(next_i),
  .next_full_i(full_q[check_slot_q]),
  .last_slot_i(SlotBits'(check_slot_q + 1'b1) == read_slot_q), .same_slot_i(check_slot_q == read_slot_q), .release_i(release_i),
  .dropped_i(dropped_q)
);
