// ssm_tile_buffer_check: the contract of those who fill a tile buffer and read it (what its proof in tests/formal takes for
// granted).
module ssm_tile_buffer_check #(
  parameter bit Resident = 0
) (
  input logic clk_i,
  input logic rst_ni,
  input logic clear_i,
  input logic alloc_i,
  input logic free_i,
  input logic write_i,
  input logic write_full_i,   // the slot being written is complete
  input logic past_end_i,     // it has all the beats that fit
  input logic next_i,
  input logic next_full_i,    // the tile being checked is complete
  input logic next_there_i,   // a beat of it is there
  input logic last_slot_i,    // the slot behind it is one that is still to be read
  input logic same_slot_i,    // it is the one that is given back next
  input logic release_i,
  input logic release_there_i // a beat of that one is there
);
  logic bad_alloc, bad_write, bad_next, bad_release;
  assign bad_alloc   = alloc_i && (!free_i || Resident);
  assign bad_write   = write_i && (write_full_i || past_end_i);
  assign bad_next    = next_i && (Resident || !(release_i && same_slot_i ? next_there_i : next_full_i && (release_i || !last_slot_i)));
  assign bad_release = (release_i && (Resident || !release_there_i || (same_slot_i && !next_i))) || (clear_i && !Resident);
  always_ff @(posedge clk_i) begin
    if (rst_ni && (bad_alloc || bad_write || bad_next || bad_release)) begin
      if (bad_alloc)      ssm_check_pkg::scansim_rtl_violation($sformatf("%m: a slot taken that is not free"));
      else if (bad_write) ssm_check_pkg::scansim_rtl_violation($sformatf("%m: a beat past the end of its tile"));
      else if (bad_next)  ssm_check_pkg::scansim_rtl_violation($sformatf("%m: a tile left that is not complete"));
      else                ssm_check_pkg::scansim_rtl_violation($sformatf("%m: a tile given back that is in use"));
    end
  end
endmodule

bind ssm_tile_buffer ssm_tile_buffer_check #(.Resident(Slots == 1)) u_check (
  .clk_i(clk_i), .rst_ni(rst_ni), .clear_i(clear_i), .alloc_i(alloc_i), .free_i(slot_free_o), .write_i(wr_valid_i),
  .write_full_i(full_q[write_slot_q]), .past_end_i(32'(write_beat_q) >= (SlotWords << BeatShift)), .next_i(next_i),
  .next_full_i(full_q[check_slot_q]), .next_there_i(fill_q[check_slot_q] != '0),
  .last_slot_i(SlotBits'(check_slot_q + 1'b1) == read_slot_q), .same_slot_i(check_slot_q == read_slot_q), .release_i(release_i),
  .release_there_i(fill_q[read_slot_q] != '0)
);
