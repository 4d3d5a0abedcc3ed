// ssm_counters: the registers of the counters (sim/README.md, section 5; sim/PROGRAM.md, section 7), one for each increment
// that the blocks report.
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
  localparam logic [ssm_map_pkg::NumCounters-1:0] TimeCounters = ssm_map_pkg::TimeCounters;
  localparam logic [ssm_map_pkg::NumCounters-1:0] SetCounters = ssm_map_pkg::SetCounters;

  generate
    for (genvar i = 0; i < ssm_map_pkg::NumCounters; i++) begin : gen_counter
      logic [63:0] count;
      logic [31:0] found;  // among the counters up to this one
      if (i == 0) begin : gen_first
        assign found = word_i[9:1] == 9'(i) ? count[32 * word_i[0] +: 32] : '0;
      end else begin : gen_next
        assign found = word_i[9:1] == 9'(i) ? count[32 * word_i[0] +: 32] : gen_counter[i - 1].found;
      end
      if ((Units || i < ssm_map_pkg::FirstUnitCounter) && (Sets || !SetCounters[i])) begin : gen_present
        logic [ssm_map_pkg::IncBits-1:0] inc;
        if (TimeCounters[i]) begin : gen_time
          logic unused_inc;
          assign inc        = ssm_map_pkg::IncBits'(inc_i[i][0] && run_i);
          assign unused_inc = ^inc_i[i];
        end else begin : gen_event
          assign inc = inc_i[i];
        end
        ssm_counter u_counter (.clk_i, .rst_ni, .clear_i, .inc_i(inc), .count_o(count));
      end else begin : gen_absent
        logic unused_inc;
        assign unused_inc = ^inc_i[i];
        assign count = '0;
      end
    end
  endgenerate

  assign word_o = gen_counter[ssm_map_pkg::NumCounters - 1].found;
endmodule
