// ssm_counters: what each event adds to each counter of sim/README.md, section 5, and the registers themselves; those of
// the units (sim/PROGRAM.md, section 7) come as increments.
//   stall_i: {busy, wait_in, wait_out, idle} of sequencer, dma, delta_softplus, scan_serial, gate_silu, from bit 0 upwards
// Contract: stalls count while run_i; clear_i sets every counter to zero; a count is readable one cycle after its event.
module ssm_counters #(
  parameter int unsigned NumLanes = 4,
  parameter int unsigned StatesPerLane = 16,
  parameter int unsigned OperandBits = 8,
  parameter int unsigned StateBits = 16,
  parameter int unsigned OutputBits = 16,
  parameter int unsigned DataBits = 128,
  parameter bit          Units = 1'b0
) (
  input  logic                               clk_i,
  input  logic                               rst_ni,
  input  logic                               clear_i,
  input  logic                               run_i,
  input  logic [19:0]                        stall_i,
  input  logic                               read_beat_i,
  input  logic                               write_beat_i,
  input  logic                               read_burst_i,
  input  logic                               write_burst_i,
  input  logic                               read_slot_i,
  input  logic                               write_slot_i,
  input  logic                               read_memory_i,
  input  logic                               write_memory_i,
  input  logic                               read_h0_i,
  input  logic                               write_ht_i,
  input  logic                               gated_i,
  input  logic [ssm_pkg::IncBits-1:0]        sat_delta_i,
  input  logic [ssm_pkg::IncBits-1:0]        sat_du_i,
  input  logic [ssm_pkg::IncBits-1:0]        sat_skip_i,
  input  logic [ssm_pkg::IncBits-1:0]        sat_state_i,
  input  logic [ssm_pkg::IncBits-1:0]        sat_v_i,
  input  logic [ssm_pkg::IncBits-1:0]        sat_y_i,
  input  logic [ssm_pkg::IncBits-1:0]        sat_quant_i,
  input  logic [ssm_pkg::NumUnitCounters*ssm_pkg::IncBits-1:0] unit_inc_i,
  output logic [64*ssm_pkg::NumCounters-1:0] counters_o
);
  localparam int unsigned IncBits    = ssm_pkg::IncBits;
  localparam int unsigned StoredBits = StateBits <= 16 ? 16 : 32;
  localparam int unsigned NumPe      = NumLanes * StatesPerLane;
  localparam int unsigned LaneRow    = NumLanes * OperandBits;
  localparam int unsigned RateRow    = NumPe * OperandBits;
  localparam int unsigned PassRow    = StatesPerLane * OperandBits;
  localparam int unsigned StateRow   = NumPe * StoredBits;
  localparam int unsigned OutputRow  = NumLanes * OutputBits;
  localparam int unsigned ParamRow   = NumLanes * 2 * ssm_pkg::ParamBits;

  logic [IncBits-1:0] inc [ssm_pkg::NumScanCounters];
  logic               delta_busy, scan_busy, gate_busy;
  assign delta_busy = stall_i[8];
  assign scan_busy  = stall_i[12];
  assign gate_busy  = stall_i[16];

  always_comb begin
    inc[0]  = IncBits'(run_i);
    inc[1]  = IncBits'(stall_i[0] && run_i);
    inc[2]  = IncBits'(stall_i[1] && run_i);
    inc[3]  = IncBits'(stall_i[2] && run_i);
    inc[4]  = IncBits'(stall_i[3] && run_i);
    inc[5]  = IncBits'(stall_i[4] && run_i);
    inc[6]  = IncBits'(stall_i[5] && run_i);
    inc[7]  = IncBits'(stall_i[6] && run_i);
    inc[8]  = IncBits'(stall_i[7] && run_i);
    inc[9]  = read_beat_i ? IncBits'(DataBits / 8) : '0;
    inc[10] = write_beat_i ? IncBits'(DataBits / 8) : '0;
    inc[11] = read_beat_i ? IncBits'(DataBits) : '0;
    inc[12] = write_beat_i ? IncBits'(DataBits) : '0;
    inc[13] = IncBits'(read_burst_i);
    inc[14] = IncBits'(write_burst_i);
    inc[15] = IncBits'(stall_i[8] && run_i);
    inc[16] = IncBits'(stall_i[9] && run_i);
    inc[17] = IncBits'(stall_i[10] && run_i);
    inc[18] = IncBits'(stall_i[11] && run_i);
    inc[19] = delta_busy ? IncBits'(NumLanes) : '0;
    inc[20] = delta_busy ? IncBits'(3 * NumLanes) : '0;
    inc[21] = delta_busy ? IncBits'(2 * LaneRow) : '0;
    inc[22] = delta_busy ? IncBits'(ParamRow) : '0;
    inc[23] = sat_delta_i;
    inc[24] = sat_du_i;
    inc[25] = sat_skip_i;
    inc[26] = IncBits'(stall_i[12] && run_i);
    inc[27] = IncBits'(stall_i[13] && run_i);
    inc[28] = IncBits'(stall_i[14] && run_i);
    inc[29] = IncBits'(stall_i[15] && run_i);
    inc[30] = scan_busy ? IncBits'(NumPe) : '0;
    inc[31] = scan_busy ? IncBits'(NumPe) : '0;
    inc[32] = scan_busy ? IncBits'(RateRow) : '0;
    inc[33] = scan_busy ? IncBits'(2 * PassRow) : '0;
    inc[34] = read_slot_i ? IncBits'(NumPe * StateBits) : '0;
    inc[35] = write_slot_i ? IncBits'(NumPe * StateBits) : '0;
    inc[36] = read_memory_i ? IncBits'(NumPe * StateBits) : '0;
    inc[37] = write_memory_i ? IncBits'(NumPe * StateBits) : '0;
    inc[38] = read_h0_i ? IncBits'(StateRow) : '0;
    inc[39] = write_ht_i ? IncBits'(StateRow) : '0;
    inc[40] = sat_state_i;
    inc[41] = IncBits'(stall_i[16] && run_i);
    inc[42] = IncBits'(stall_i[17] && run_i);
    inc[43] = IncBits'(stall_i[18] && run_i);
    inc[44] = IncBits'(stall_i[19] && run_i);
    inc[45] = gated_i ? IncBits'(NumLanes) : '0;
    inc[46] = !gate_busy ? '0 : gated_i ? IncBits'(2 * NumLanes) : IncBits'(NumLanes);
    inc[47] = gated_i ? IncBits'(LaneRow) : '0;
    inc[48] = gate_busy ? IncBits'(OutputRow) : '0;
    inc[49] = sat_v_i;
    inc[50] = sat_y_i;
    inc[51] = sat_quant_i;
  end

  generate
    for (genvar i = 0; i < ssm_pkg::NumScanCounters; i++) begin : gen_counter
      ssm_counter u_counter (
        .clk_i, .rst_ni, .clear_i, .inc_i(inc[i]), .count_o(counters_o[64*i +: 64])
      );
    end
    for (genvar i = 0; i < ssm_pkg::NumUnitCounters; i++) begin : gen_unit_counter
      if (Units) begin : gen_present
        ssm_counter u_counter (
          .clk_i, .rst_ni, .clear_i, .inc_i(unit_inc_i[i*IncBits +: IncBits]),
          .count_o(counters_o[64*(ssm_pkg::NumScanCounters+i) +: 64])
        );
      end else begin : gen_absent
        logic unused_inc;
        assign unused_inc = ^unit_inc_i[i*IncBits +: IncBits];
        assign counters_o[64*(ssm_pkg::NumScanCounters+i) +: 64] = '0;
      end
    end
  endgenerate
endmodule
