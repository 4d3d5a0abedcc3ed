// ssm_hadamard_walk: which beat is loaded and which step is issued (sim/UNITS.md, hadamard_fwht, base matrix).
//   order 1: a step per beat of x;   else: rows into two slots, and per output block, beat and group of input blocks a step
// Contract: step_o only with the command, its operand and, for the last step of a beat, credit_i. Rows of the command at the
// head only are loaded; it leaves with its last step, when every slot is free again.
module ssm_hadamard_walk #(
  parameter int unsigned BlockLanes = 4,
  parameter int unsigned MaxBits = 4,
  parameter int unsigned AddrBits = 4
) (
  input  logic                                 clk_i,
  input  logic                                 rst_ni,
  input  logic                                 cmd_valid_i,
  input  logic [ssm_hadamard_pkg::CmdBits-1:0] cmd_i,
  output logic                                 cmd_pop_o,
  input  logic                                 x_valid_i,
  output logic                                 x_pop_o,
  input  logic                                 credit_i,
  // Loading.
  output logic [BlockLanes-1:0]                load_o,       // one-hot: the bank
  output logic                                 load_slot_o,
  output logic [AddrBits-1:0]                  load_addr_o,
  // Step.
  output logic                                 operand_o,
  output logic                                 step_o,
  output logic                                 single_o,     // order 1
  output logic                                 first_o,      // of a beat
  output logic                                 last_o,
  output logic                                 read_slot_o,
  output logic [AddrBits-1:0]                  read_addr_o,
  output logic [BlockLanes-1:0]                negative_o
);
  localparam int unsigned BlockBits = ssm_hadamard_pkg::BlockBits;
  localparam int unsigned MaxOrder  = ssm_hadamard_pkg::MaxOrder;
  localparam int unsigned LogLanes  = $clog2(BlockLanes);

  ssm_hadamard_pkg::hadamard_cmd_t cmd;
  logic [BlockBits-1:0] order;
  logic [MaxBits:0]     beats;
  logic                 single, load;

  assign cmd      = cmd_i;
  assign single   = cmd.order == '0;
  assign order    = ssm_hadamard_tables_pkg::HadamardOrders[cmd.order*BlockBits +: BlockBits];
  assign beats    = (MaxBits + 1)'(1) << cmd.log2_beats;
  assign single_o = single;

  // Loading: beat, block, row.
  logic [MaxBits-1:0]   load_beat_q;
  logic [BlockBits-1:0] load_block_q, load_group;
  logic [15:0]          loaded_q;    // complete rows of this command
  logic [1:0]           waiting_q;   // complete rows that are not released
  logic                 load_last_beat, load_last, release_row;

  assign load           = cmd_valid_i && !single && x_valid_i && loaded_q != cmd.rows && waiting_q != 2'd2;
  assign load_last_beat = {1'b0, load_beat_q} == beats - 1'b1;
  assign load_last      = load_last_beat && load_block_q == order - 1'b1;
  assign load_slot_o    = loaded_q[0];
  assign load_group     = load_block_q >> LogLanes;
  assign load_addr_o    = (AddrBits'(load_group) << cmd.log2_beats) + AddrBits'(load_beat_q);
  always_comb begin
    for (int unsigned q = 0; q < BlockLanes; q++) begin
      load_o[q] = load && (load_block_q & BlockBits'(BlockLanes - 1)) == BlockBits'(q);
    end
  end

  // Steps: group, beat, block, row.
  logic [BlockBits-1:0] group_q, block_q;
  logic [MaxBits-1:0]   beat_q;
  logic [15:0]          row_q;
  logic                 step, last_group, last_beat, last_block, last_row;

  assign last_group  = single || group_q == (order >> LogLanes) - 1'b1;
  assign last_beat   = {1'b0, beat_q} == beats - 1'b1;
  assign last_block  = single || block_q == order - 1'b1;
  assign last_row    = row_q == cmd.rows - 1'b1;
  assign operand_o   = single ? x_valid_i : waiting_q != '0;
  assign step        = cmd_valid_i && operand_o && (!last_group || credit_i);
  assign step_o      = step;
  assign first_o     = group_q == '0;
  assign last_o      = last_group;
  assign release_row = step && last_group && last_beat && last_block;
  assign cmd_pop_o   = release_row && last_row;
  assign x_pop_o     = single ? step : load;
  assign read_slot_o = row_q[0];
  assign read_addr_o = (AddrBits'(group_q) << cmd.log2_beats) + AddrBits'(beat_q);

  // Row block_q of H_m, the columns of this group.
  localparam int unsigned TableBits = 13;
  logic [TableBits-1:0] sign_row;
  logic [MaxOrder-1:0]  signs;
  assign sign_row   = TableBits'(cmd.order) * TableBits'(MaxOrder) + TableBits'(block_q);
  assign signs      = ssm_hadamard_tables_pkg::HadamardNegative[sign_row*TableBits'(MaxOrder) +: MaxOrder];
  assign negative_o = BlockLanes'(signs >> (group_q << LogLanes));

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      load_beat_q  <= '0;
      load_block_q <= '0;
      loaded_q     <= '0;
      waiting_q    <= '0;
      group_q      <= '0;
      beat_q       <= '0;
      block_q      <= '0;
      row_q        <= '0;
    end else begin
      if (load) load_beat_q <= load_last_beat ? '0 : load_beat_q + 1'b1;
      if (load && load_last_beat) load_block_q <= load_last ? '0 : load_block_q + 1'b1;
      if (cmd_pop_o) loaded_q <= '0;
      else if (load && load_last) loaded_q <= loaded_q + 1'b1;
      waiting_q <= waiting_q + 2'(load && load_last) - 2'(release_row && !single);

      if (step) group_q <= last_group ? '0 : group_q + 1'b1;
      if (step && last_group) beat_q <= last_beat ? '0 : beat_q + 1'b1;
      if (step && last_group && last_beat) block_q <= last_block ? '0 : block_q + 1'b1;
      if (release_row) row_q <= last_row ? '0 : row_q + 1'b1;
    end
  end
endmodule
