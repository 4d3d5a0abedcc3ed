// ssm_counters: the counters of 64 bits (sim/README.md, section 5; sim/PROGRAM.md, section 7), one for each increment that the
// blocks report. Low bits count in registers; a carry waits in pending until one incrementer, which comes by every counter in
// turn, has added it to the high bits in a memory. Low bits are so many that a second carry comes later than that:
//   2^LowBits >= (NumCounters + 2) times the largest increment
// Contract: cycles and stalls count while run_i, events always; clear_i sets every counter to zero; word_o is 32 bits of them in
// the order of the map, low half first: those of word_i, of this cycle, 0 beyond the last. A count is readable one cycle after
// its event. Without Units the counters of the units read 0, without Sets those of sets.
module ssm_counters #(
  parameter bit Units = 1'b0,
  parameter bit Sets = 1'b0
) (
  input  logic                                                  clk_i,
  input  logic                                                  rst_ni,
  input  logic                                                  clear_i,
  input  logic                                                  run_i,
  input  logic [ssm_map_pkg::NumCounters-1:0][ssm_map_pkg::IncBits-1:0] inc_i,
  input  logic [9:0]                                            word_i,
  output logic [31:0]                                           word_o
);
  localparam int unsigned Count     = ssm_map_pkg::NumCounters;
  localparam int unsigned IncBits   = ssm_map_pkg::IncBits;
  localparam int unsigned IndexBits = $clog2(Count);
  localparam int unsigned TimeBits  = $clog2(Count + 2);  // an increment is one
  localparam int unsigned EventBits = TimeBits + IncBits;
  localparam int unsigned HighBits  = 64 - TimeBits;      // of those of events the highest are 0
  localparam logic [Count-1:0] TimeCounters = ssm_map_pkg::TimeCounters;
  localparam logic [Count-1:0] SetCounters = ssm_map_pkg::SetCounters;

  // ---- Low bits; of those up to a counter what is read and whether a carry waits at its turn ----
  logic                 ready_q, clear;  // the first cycle after a reset clears too
  logic [IndexBits-1:0] turn_q;
  logic [8:0]           index;
  assign clear = clear_i || !ready_q;
  assign index = word_i[9:1];

  generate
    for (genvar i = 0; i < Count; i++) begin : gen_counter
      logic [EventBits-1:0] low, found, found_before;
      logic                 pending, waits, waits_before, due, due_before;
      if (i == 0) begin : gen_first
        assign {found_before, waits_before, due_before} = '0;
      end else begin : gen_next
        assign found_before = gen_counter[i-1].found;
        assign waits_before = gen_counter[i-1].waits;
        assign due_before   = gen_counter[i-1].due;
      end
      if ((Units || i < ssm_map_pkg::FirstUnitCounter) && (Sets || !SetCounters[i])) begin : gen_present
        localparam int unsigned LowBits = TimeCounters[i] ? TimeBits : EventBits;
        logic [LowBits-1:0] count;
        if (TimeCounters[i]) begin : gen_time
          logic unused_inc;
          assign unused_inc = ^inc_i[i];
          ssm_counter #(.LowBits(LowBits), .IncBits(1)) u_counter (
            .clk_i, .rst_ni, .clear_i(clear), .inc_i(inc_i[i][0] && run_i), .served_i(turn_q == IndexBits'(i)),
            .low_o(count), .pending_o(pending)
          );
        end else begin : gen_event
          ssm_counter #(.LowBits(LowBits), .IncBits(IncBits)) u_counter (
            .clk_i, .rst_ni, .clear_i(clear), .inc_i(inc_i[i]), .served_i(turn_q == IndexBits'(i)),
            .low_o(count), .pending_o(pending)
          );
        end
        assign low   = EventBits'(count);
        assign found = index == 9'(i) ? low : found_before;
        assign waits = index == 9'(i) ? pending : waits_before;
        assign due   = turn_q == IndexBits'(i) ? pending : due_before;
      end else begin : gen_absent
        logic unused_inc;
        assign low        = '0;
        assign pending    = 1'b0;
        assign unused_inc = ^{inc_i[i], low, pending};
        assign found      = found_before;
        assign waits      = waits_before;
        assign due        = due_before;
      end
    end
  endgenerate

  // ---- High bits: one counter a cycle; the first turn after a clear writes zeros, before any carry can come ----
  logic [HighBits-1:0] high_q [Count];
  logic [HighBits-1:0] raised;
  logic                empty_q, due;  // that first turn
  assign due    = gen_counter[Count-1].due;
  assign raised = empty_q ? '0 : high_q[turn_q] + 1'b1;

  always_ff @(posedge clk_i) if (empty_q || due) high_q[turn_q] <= raised;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      ready_q <= 1'b0;
      turn_q  <= '0;
      empty_q <= 1'b1;
    end else begin
      ready_q <= 1'b1;
      turn_q  <= clear || turn_q == IndexBits'(Count - 1) ? '0 : turn_q + 1'b1;
      empty_q <= clear || (empty_q && turn_q != IndexBits'(Count - 1));
    end
  end

  // ---- Reading ----
  logic [IndexBits-1:0] read;
  logic [EventBits-1:0] low;
  logic [HighBits-1:0]  high;
  logic [63:0]          count;
  assign read   = index < 9'(Count) ? IndexBits'(index) : '0;
  assign low    = gen_counter[Count-1].found;
  assign high   = empty_q ? '0 : high_q[read] + HighBits'(gen_counter[Count-1].waits);
  assign count  = TimeCounters[read] ? {high, low[TimeBits-1:0]} : {high[63-EventBits:0], low};
  assign word_o = index >= 9'(Count) ? '0 : word_i[0] ? count[63:32] : count[31:0];
endmodule
