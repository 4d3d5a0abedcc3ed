// ssm_scan_serial: the selective scan, sequential in tokens, NumLanes x StatesPerLane state updates per cycle.
//   h' = exp(dt*A) h + dt*u*B,  acc = C.h'  for beats in the order token, lane group, pass
// Contract: one beat per cycle when command, {dt2, du}, A, B, C and state are there and a place for the result; the same
// state comes back groups x passes beats later and no sooner than 2 cycles. Latency 9 + log2(StatesPerLane) to
// visible in the acc queue. States rest in slot files next to the PEs within a tile, in the state memory between the
// chunks of a tile; PEs of states that do not live are not enabled. Work-efficient; a parallel-prefix scan would pay only
// where channels starve the lanes. sim/README.md, 4.5.
module ssm_scan_serial #(
  parameter int unsigned NumLanes = 4,
  parameter int unsigned StatesPerLane = 16,
  parameter int unsigned OperandBits = 8,
  parameter int unsigned StateBits = 16,
  parameter int unsigned StoredBits = 16,
  parameter int unsigned ExpSegments = 64,
  parameter int unsigned DuBits = 24,
  parameter int unsigned AccBits = 32,
  parameter int unsigned SlotCount = 8,
  parameter int unsigned StateRows = 512,
  parameter int unsigned H0Slots = 2,
  parameter int unsigned Interleave = 2,
  parameter bit          Sets = 1'b0,           // pack_i means something: rows of A, B, C may be packed
  parameter int unsigned AccDepth = ssm_map_pkg::AccDepth
) (
  input  logic                                 clk_i,
  input  logic                                 rst_ni,
  // Command.
  input  logic                                 cmd_valid_i,
  input  logic [ssm_pkg::ScanCmdBits-1:0]      cmd_i,
  input  logic [ssm_pkg::PackCmdBits-1:0]      pack_i,
  output logic                                 cmd_pop_o,
  // {dt2, du} rows.
  input  logic                                 dt_valid_i,
  input  logic [NumLanes*(ssm_pkg::Dt2Bits+DuBits)-1:0] dt_data_i,
  input  logic [ssm_pkg::DtTokenBits-1:0]      dt_token_i,
  output logic                                 dt_pop_o,
  // A, B, C rows.
  output logic [ssm_pkg::CountBits-1:0]        a_row_o,
  input  logic                                 a_valid_i,
  input  logic [NumLanes*StatesPerLane*OperandBits-1:0] a_data_i,
  output logic                                 a_release_o,   // read behind the tile, where A is a tile's
  output logic [ssm_pkg::CountBits-1:0]        b_row_o,
  output logic [ssm_pkg::CountBits-1:0]        c_row_o,
  output logic                                 bc_release_o,
  input  logic                                 b_valid_i,
  input  logic [StatesPerLane*OperandBits-1:0] b_data_i,
  input  logic                                 c_valid_i,
  input  logic [StatesPerLane*OperandBits-1:0] c_data_i,
  output logic                                 read_o,
  // Initial state rows: checked at issue, read four cycles later.
  output logic [ssm_pkg::CountBits-1:0]        h0_row_o,
  input  logic                                 h0_valid_i,
  output logic                                 h0_next_o,
  output logic                                 h0_read_o,
  output logic [ssm_pkg::CountBits-1:0]        h0_read_row_o,
  output logic                                 h0_release_o,
  input  logic [NumLanes*StatesPerLane*StoredBits-1:0] h0_data_i,
  // Final state rows.
  input  logic                                 ht_free_i,
  output logic                                 ht_alloc_o,
  output logic                                 ht_valid_o,
  output logic [ssm_pkg::CountBits-1:0]        ht_row_o,
  output logic [NumLanes*StatesPerLane*StoredBits-1:0] ht_data_o,
  output logic                                 ht_done_o,
  // Results.
  output logic                                 acc_valid_o,
  output logic [NumLanes*AccBits-1:0]          acc_data_o,
  input  logic                                 acc_pop_i,
  // Counter events.
  output logic [ssm_map_pkg::LastScanSerial:ssm_map_pkg::FirstScanSerial][ssm_map_pkg::IncBits-1:0] inc_o
);
  localparam int unsigned IncBits = ssm_map_pkg::IncBits;
  localparam int unsigned CountBits  = ssm_pkg::CountBits;
  localparam int unsigned Levels     = $clog2(StatesPerLane);
  localparam int unsigned StateStage = 5;           // the old state is used
  localparam int unsigned WriteStage = 6;           // the new state is written
  localparam int unsigned AccStage   = 8 + Levels;  // the sum is complete
  localparam int unsigned SlotBits   = $clog2(SlotCount);
  localparam int unsigned RowAddrBits = $clog2(StateRows);
  localparam int unsigned RowBits    = StatesPerLane * OperandBits;
  localparam int unsigned LaneStates = StatesPerLane * StateBits;
  localparam int unsigned DtBits     = ssm_pkg::Dt2Bits + DuBits;

  // ---- Issue: lane groups and passes of a token ----
  ssm_pkg::scan_cmd_t   cmd;
  ssm_pkg::dt_token_t   token;
  logic [CountBits-1:0] slot_q, last_slot_q;
  logic [3:0]           group_q;
  logic [7:0]           pass_q;
  logic                 first_token, last_token, last_group, last_pass, last_beat;
  logic                 issue, operands, places, acc_place, slot_busy_q;
  logic                 h0_full, src_h0, src_memory, src_slot, dst_ht, dst_memory, dst_slot;

  assign cmd         = cmd_i;
  assign token       = dt_token_i;
  assign first_token = token.first;
  assign last_token  = token.last;
  assign last_group  = group_q == cmd.groups - 1'b1;
  assign last_pass   = pass_q == cmd.passes - 1'b1;
  assign last_beat   = last_token && last_group && last_pass;

  // Slot = lane group * passes + pass.
  assign b_row_o  = cmd.b_base + row_bc + CountBits'(pass_q);
  assign c_row_o  = cmd.c_base + row_bc + CountBits'(pass_q);
  assign a_row_o  = cmd.row_base + row_a;
  assign h0_row_o = slot_q;

  assign src_h0     = first_token && cmd.first_chunk && cmd.has_h0;
  assign src_memory = first_token && !cmd.first_chunk && !cmd.single;
  assign src_slot   = !token.reset && (!first_token || (!cmd.first_chunk && cmd.single));
  assign dst_ht     = last_token && cmd.last_chunk && cmd.store_state;
  assign dst_memory = last_token && !cmd.last_chunk && !cmd.single;
  assign dst_slot   = !last_token || (!cmd.last_chunk && cmd.single);

  assign operands = dt_valid_i && a_valid_i && b_valid_i && c_valid_i && !(slot_busy_q && last_slot_q == slot_q)
                    && (!src_h0 || (h0_valid_i && !h0_full));
  // Two tiles of h0 are still to be read: what a buffer of two says is of the older one.
  assign h0_full  = H0Slots == 2 && $countones(h0_release_q[StateStage-1:1]) == 2;
  assign places   = (!last_pass || acc_place) && (!dst_ht || ht_free_i);
  assign issue    = cmd_valid_i && operands && places;

  assign read_o       = issue;
  assign dt_pop_o     = issue && last_pass;
  assign cmd_pop_o    = issue && last_beat;
  assign bc_release_o = issue && last_beat && cmd.last_tile;
  assign a_release_o  = issue && last_beat && cmd.release_a;
  assign h0_next_o    = issue && src_h0 && last_group && last_pass;
  assign ht_alloc_o   = issue && dst_ht && last_beat;

  logic [IncBits-1:0] saturations;
  assign inc_o[ssm_map_pkg::CounterScanSerialBusy]               = IncBits'(issue);
  assign inc_o[ssm_map_pkg::CounterScanSerialWaitIn]             = IncBits'(cmd_valid_i && !operands);
  assign inc_o[ssm_map_pkg::CounterScanSerialWaitOut]            = IncBits'(cmd_valid_i && operands && !places);
  assign inc_o[ssm_map_pkg::CounterScanSerialIdle]               = IncBits'(!cmd_valid_i);
  assign inc_o[ssm_map_pkg::CounterScanSerialStateUpdates]       = issue ? IncBits'(NumLanes) * live : '0;
  assign inc_o[ssm_map_pkg::CounterScanSerialExpOps]             = issue ? IncBits'(NumLanes) * live : '0;
  assign inc_o[ssm_map_pkg::CounterScanSerialParamReadBits]      = issue ? IncBits'(NumLanes * OperandBits) * live : '0;
  assign inc_o[ssm_map_pkg::CounterScanSerialBcReadBits]         = issue ? IncBits'(2 * OperandBits) * live : '0;
  assign inc_o[ssm_map_pkg::CounterScanSerialSlotReadBits]       = issue && src_slot ? IncBits'(NumLanes * StatesPerLane * StateBits) : '0;
  assign inc_o[ssm_map_pkg::CounterScanSerialSlotWriteBits]      = issue && dst_slot ? IncBits'(NumLanes * StatesPerLane * StateBits) : '0;
  assign inc_o[ssm_map_pkg::CounterScanSerialStateSramReadBits]  = issue && src_memory ? IncBits'(NumLanes * StatesPerLane * StateBits) : '0;
  assign inc_o[ssm_map_pkg::CounterScanSerialStateSramWriteBits] = issue && dst_memory ? IncBits'(NumLanes * StatesPerLane * StateBits) : '0;
  assign inc_o[ssm_map_pkg::CounterScanSerialBufferReadBits]     = issue && src_h0 ? IncBits'(NumLanes * StatesPerLane * StoredBits) : '0;
  assign inc_o[ssm_map_pkg::CounterScanSerialBufferWriteBits]    = issue && dst_ht ? IncBits'(NumLanes * StatesPerLane * StoredBits) : '0;
  assign inc_o[ssm_map_pkg::CounterScanSerialSaturationsState]   = saturations;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      group_q     <= '0;
      pass_q      <= '0;
      slot_q      <= '0;
      slot_busy_q <= 1'b0;
    end else begin
      slot_busy_q <= issue;
      if (issue) begin
        pass_q <= last_pass ? '0 : pass_q + 1'b1;
        slot_q <= last_group && last_pass ? '0 : slot_q + 1'b1;
        if (last_pass) group_q <= last_group ? '0 : group_q + 1'b1;
      end
    end
  end
  always_ff @(posedge clk_i) last_slot_q <= slot_q;

  // ---- The states of a pass that live ----
  logic [8:0]               left_q, left;
  logic [IncBits-1:0]       live;
  logic [StatesPerLane-1:0] alive_q;                  // of the beat before
  logic [StatesPerLane-1:0][WriteStage-1:0] lives_q;  // cycle c of a lane: a beat in which the state lives
  logic [RowBits-1:0]       c_row;                   // what is read out of the others is 0 times what it was
  assign left = pass_q == '0 ? cmd.states : left_q;
  assign live = left > 9'(StatesPerLane) ? IncBits'(StatesPerLane) : IncBits'(left);
  always_ff @(posedge clk_i) if (issue) left_q <= left > 9'(StatesPerLane) ? left - 9'(StatesPerLane) : '0;
  generate
    for (genvar s = 0; s < StatesPerLane; s++) begin : gen_lives
      assign c_row[s*OperandBits +: OperandBits] = alive_q[s] ? c_whole[s*OperandBits +: OperandBits] : '0;
      always_ff @(posedge clk_i) alive_q[s] <= IncBits'(s) < live;
      always_ff @(posedge clk_i or negedge rst_ni) begin
        if (!rst_ni) lives_q[s] <= '0;
        else         lives_q[s] <= {lives_q[s][WriteStage-2:0], issue && IncBits'(s) < live};
      end
    end
  endgenerate

  // ---- Packed rows: which of a row's values a beat reads ----
  logic [CountBits-1:0] row_bc, row_a;
  logic                 tap_pre;  // of the beat in cycle WriteStage
  logic [RowBits-1:0]   b_row, c_whole;
  logic [NumLanes*RowBits-1:0] a_row;
  generate
    if (Sets) begin : gen_packed
      localparam int unsigned GroupBits = $clog2(Interleave);
      localparam int unsigned FirstBits = Levels == 0 ? 1 : Levels;
      ssm_pkg::pack_cmd_t   pack;
      logic [2:0]           packed_q, narrow_q;
      logic [FirstBits-1:0] first_bc_q, first_a_q;
      logic [WriteStage:1]  tap_pre_q;

      assign pack   = pack_i;
      assign row_bc = token.row_bc >> pack.log2_packed;
      assign row_a  = slot_q >> pack.log2_packed;
      always_ff @(posedge clk_i) begin
        tap_pre_q  <= {tap_pre_q[WriteStage-1:1], pack.tap_pre};
        packed_q   <= pack.log2_packed;
        narrow_q   <= pack.log2_packed > 3'(GroupBits) ? pack.log2_packed - 3'(GroupBits) : '0;
        first_bc_q <= FirstBits'((token.row_bc & ((CountBits'(1) << pack.log2_packed) - 1'b1)) << (3'(Levels) - pack.log2_packed));
        first_a_q  <= FirstBits'((slot_q & ((CountBits'(1) << pack.log2_packed) - 1'b1)) << (3'(Levels) - pack.log2_packed));
      end
      assign tap_pre = tap_pre_q[WriteStage];
      ssm_packed_row #(.Lanes(1), .StatesPerLane(StatesPerLane), .ValueBits(OperandBits)) u_packed_b (
        .row_i(b_data_i), .log2_packed_i(packed_q), .log2_narrow_i('0), .first_i(packed_q == '0 ? '0 : first_bc_q), .row_o(b_row)
      );
      ssm_packed_row #(.Lanes(1), .StatesPerLane(StatesPerLane), .ValueBits(OperandBits)) u_packed_c (
        .row_i(c_data_i), .log2_packed_i(packed_q), .log2_narrow_i('0), .first_i(packed_q == '0 ? '0 : first_bc_q), .row_o(c_whole)
      );
      ssm_packed_row #(.Lanes(NumLanes), .StatesPerLane(StatesPerLane), .ValueBits(OperandBits)) u_packed_a (
        .row_i(a_data_i), .log2_packed_i(packed_q), .log2_narrow_i(narrow_q), .first_i(packed_q == '0 ? '0 : first_a_q),
        .row_o(a_row)
      );
    end else begin : gen_whole
      logic unused_pack;
      assign unused_pack = ^pack_i;
      assign tap_pre = 1'b0;
      assign row_bc = token.row_bc;
      assign row_a  = slot_q;
      assign b_row  = b_data_i;
      assign c_whole = c_data_i;
      assign a_row  = a_data_i;
    end
  endgenerate

  // ---- What travels with a beat; stage s is the cycle s after its issue ----
  logic [AccStage:1]      valid_q, first_pass_q, last_pass_q;
  logic [WriteStage:1]    src_h0_q, src_memory_q, src_slot_q, dst_ht_q, dst_memory_q, dst_slot_q, last_beat_q,
                          h0_release_q, reset_q;
  logic [RowAddrBits-1:0] memory_row_q [WriteStage+1];
  logic [SlotBits-1:0]    beat_slot_q [WriteStage+1];

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      valid_q      <= '0;
      h0_release_q <= '0;
    end else begin
      valid_q      <= {valid_q[AccStage-1:1], issue};
      h0_release_q <= {h0_release_q[WriteStage-1:1], h0_next_o};
    end
  end
  always_ff @(posedge clk_i) begin
    first_pass_q <= {first_pass_q[AccStage-1:1], pass_q == '0};
    last_pass_q  <= {last_pass_q[AccStage-1:1], last_pass};
    src_h0_q     <= {src_h0_q[WriteStage-1:1], src_h0};
    src_memory_q <= {src_memory_q[WriteStage-1:1], src_memory};
    src_slot_q   <= {src_slot_q[WriteStage-1:1], src_slot};
    dst_ht_q     <= {dst_ht_q[WriteStage-1:1], dst_ht};
    dst_memory_q <= {dst_memory_q[WriteStage-1:1], dst_memory};
    dst_slot_q   <= {dst_slot_q[WriteStage-1:1], dst_slot};
    last_beat_q  <= {last_beat_q[WriteStage-1:1], last_beat};
    reset_q      <= {reset_q[WriteStage-1:1], token.reset};
    memory_row_q[1] <= RowAddrBits'(cmd.row_base + slot_q);
    beat_slot_q[1]  <= SlotBits'(slot_q);
    for (int unsigned s = 2; s <= WriteStage; s++) begin
      memory_row_q[s] <= memory_row_q[s-1];
      beat_slot_q[s]  <= beat_slot_q[s-1];
    end
  end
  assign memory_row_q[0] = '0;
  assign beat_slot_q[0]  = '0;

  // B and C rows are shared by the lanes: delayed once here.
  logic [NumLanes*DtBits-1:0] dt_q;
  logic [ssm_pkg::AlignBits-1:0] align_q;
  logic [RowBits-1:0]         b_q [StateStage];
  logic [RowBits-1:0]         c_q [StateStage+2];
  always_ff @(posedge clk_i) begin
    dt_q   <= dt_data_i;
    align_q <= cmd.align_a;
    b_q[1] <= b_row;
    c_q[1] <= c_row;
    for (int unsigned s = 2; s < StateStage; s++) b_q[s] <= b_q[s-1];
    for (int unsigned s = 2; s < StateStage + 2; s++) c_q[s] <= c_q[s-1];
  end
  assign b_q[0] = '0;
  assign c_q[0] = '0;

  // ---- State: read in stage 4 (data in 5), written in stage 6 ----
  logic memory_read, memory_write, memory_same;  // same: a row comes back while it is written
  assign memory_read   = valid_q[StateStage-1] && src_memory_q[StateStage-1];
  assign memory_write  = valid_q[WriteStage] && dst_memory_q[WriteStage];
  assign memory_same   = memory_write && memory_row_q[WriteStage] == memory_row_q[StateStage-1];
  assign h0_read_o     = valid_q[StateStage-1] && src_h0_q[StateStage-1];
  assign h0_read_row_o = CountBits'(beat_slot_q[StateStage-1]);
  assign h0_release_o  = h0_release_q[StateStage-1];
  assign ht_valid_o    = valid_q[WriteStage] && dst_ht_q[WriteStage];
  assign ht_row_o      = CountBits'(beat_slot_q[WriteStage]);
  assign ht_done_o     = ht_valid_o && last_beat_q[WriteStage];

  logic [NumLanes*IncBits-1:0] saturated;
  logic [NumLanes*AccBits-1:0]          acc_row;

  generate
    for (genvar l = 0; l < NumLanes; l++) begin : gen_lane
      logic [LaneStates-1:0] memory_q [StateRows];
      logic [LaneStates-1:0] memory_data_q, loaded, states, initial_states;

      always_ff @(posedge clk_i) begin
        if (memory_write) memory_q[memory_row_q[WriteStage]] <= states;
        if (memory_read) memory_data_q <= memory_same ? states : memory_q[memory_row_q[StateStage-1]];
      end

      for (genvar s = 0; s < StatesPerLane; s++) begin : gen_stored
        assign initial_states[s*StateBits +: StateBits] =
            h0_data_i[(l*StatesPerLane+s)*StoredBits +: StateBits];
        assign ht_data_o[(l*StatesPerLane+s)*StoredBits +: StoredBits] =
            StoredBits'($signed(states[s*StateBits +: StateBits]));
      end
      assign loaded = src_memory_q[StateStage] && !reset_q[StateStage] ? memory_data_q
                    : src_h0_q[StateStage] && !reset_q[StateStage] ? initial_states : '0;

      ssm_scan_lane #(
        .StatesPerLane(StatesPerLane), .OperandBits(OperandBits), .StateBits(StateBits),
        .ExpSegments(ExpSegments), .DuBits(DuBits), .AccBits(AccBits), .SlotCount(SlotCount), .Taps(Sets)
      ) u_scan_lane (
        .clk_i,
        .enable_i    (valid_q[AccStage-1:1]),
        .lives_i     (lives_q),
        .dt2_i       (dt_q[l*DtBits +: ssm_pkg::Dt2Bits]),
        .du_i        (dt_q[l*DtBits+ssm_pkg::Dt2Bits +: DuBits]),
        .a_i         (a_row[l*RowBits +: RowBits]),
        .align_i     (align_q),
        .b_i         (b_q[StateStage-1]),
        .c_i         (c_q[StateStage+1]),
        .slot_read_i (beat_slot_q[StateStage]),
        .use_slot_i  (src_slot_q[StateStage]),
        .loaded_i    (loaded),
        .slot_write_i(beat_slot_q[WriteStage]),
        .slot_we_i   (valid_q[WriteStage] && dst_slot_q[WriteStage]),
        .states_o    (states),
        .tap_pre_i   (tap_pre),
        .saturated_o (saturated[l*IncBits +: IncBits]),
        .first_pass_i(first_pass_q[AccStage]),
        .acc_en_i    (valid_q[AccStage]),
        .acc_o       (acc_row[l*AccBits +: AccBits])
      );
    end
  endgenerate

  always_comb begin
    saturations = '0;
    for (int unsigned l = 0; l < NumLanes; l++) begin
      saturations = saturations + saturated[l*IncBits +: IncBits];
    end
  end

  // ---- Result queue ----
  logic unused_ready;
  ssm_stream_fifo #(.Width(NumLanes * AccBits), .Depth(AccDepth)) u_acc_fifo (
    .clk_i, .rst_ni, .push_i(valid_q[AccStage] && last_pass_q[AccStage]), .data_i(acc_row),
    .ready_o(unused_ready), .valid_o(acc_valid_o), .data_o(acc_data_o), .pop_i(acc_pop_i)
  );
  ssm_stream_credit #(.Depth(AccDepth)) u_acc_credit (
    .clk_i, .rst_ni, .take_i(issue && last_pass), .give_i(acc_pop_i), .available_o(acc_place)
  );
endmodule
