// ssm_descriptor_buffer: the descriptor that arrived, whether it is legal, and where the run's scans have their operands.
// Contract: valid_o from the cycle after the last beat to that of load_i; desc_o, is_unit_o, is_set_o and error_o belong to it.
// local_o is that of the run's legal scans, from the load of the first one on (sim/PROGRAM.md, section 6); records_due_o counts
// the set records of the last scan that are still to be loaded.
module ssm_descriptor_buffer #(
  parameter int unsigned StatesPerLane = 16,
  parameter int unsigned Interleave = 2,
  parameter int unsigned MaxStates = 64,
  parameter int unsigned ChunkTokens = 16,
  parameter int unsigned OperandBits = 8,
  parameter int unsigned StateRows = 512,
  parameter int unsigned DataBits = 128,
  parameter int unsigned MaxSets = 0,
  parameter int unsigned GemmDepth = 0,
  parameter int unsigned GemmWeightRows = 0,
  parameter int unsigned GemmXWords = 0,
  parameter int unsigned ScratchWords = 0,
  parameter int unsigned ChannelWords = 0,
  parameter int unsigned DescBits = ssm_map_pkg::DescBits
) (
  input  logic                clk_i,
  input  logic                rst_ni,
  input  logic                start_i,     // of a run
  input  logic                wr_valid_i,
  input  logic                wr_last_i,
  input  logic [DataBits-1:0] wr_data_i,
  input  logic                load_i,
  input  logic [15:0]         behind_i,   // descriptors behind this one
  output logic                valid_o,
  output logic [DescBits-1:0] desc_o,
  output logic                is_unit_o,  // of the units
  output logic                is_set_o,   // a set record, on a machine that has them
  output logic [3:0]          records_due_o,
  output logic [7:0]          error_o,
  output logic                local_o
);
  logic [DescBits-1:0] desc_q;
  ssm_map_pkg::desc_t  desc;
  logic                valid_q, local_set_q, local_q;
  logic [7:0]          scan_error, unit_error;

  // Records of sets come as one job: a descriptor is complete with its last beat.
  logic complete;
  generate
    if (DataBits >= DescBits) begin : gen_one_beat
      always_ff @(posedge clk_i) if (wr_valid_i) desc_q <= wr_data_i[DescBits-1:0];
    end else begin : gen_beats
      always_ff @(posedge clk_i) if (wr_valid_i) desc_q <= {wr_data_i, desc_q[DescBits-1:DataBits]};
    end
    if (MaxSets == 0) begin : gen_one_job
      assign complete = wr_last_i;
    end else if (DataBits >= DescBits) begin : gen_every_beat
      logic unused_last;
      assign unused_last = wr_last_i;
      assign complete    = 1'b1;
    end else begin : gen_count
      localparam int unsigned Beats = DescBits / DataBits;
      logic [$clog2(Beats)-1:0] beat_q;
      logic unused_last;
      assign unused_last = wr_last_i;
      assign complete    = beat_q == ($clog2(Beats))'(Beats - 1);
      always_ff @(posedge clk_i or negedge rst_ni) begin
        if (!rst_ni)         beat_q <= '0;
        else if (wr_valid_i) beat_q <= beat_q + 1'b1;
      end
    end
  endgenerate
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) valid_q <= 1'b0;
    else         valid_q <= (wr_valid_i && complete) || (valid_q && !load_i);
  end
  assign valid_o = valid_q;
  assign desc_o  = desc_q;
  assign desc    = desc_q;

  assign is_set_o  = MaxSets != 0 && desc.scan.opcode == ssm_map_pkg::OpSet;
  assign is_unit_o = GemmDepth != 0 && desc.scan.opcode != ssm_map_pkg::OpScan && !is_set_o;
  generate
    if (MaxSets != 0) begin : gen_set_check
      logic [7:0] set_error;
      ssm_set_check #(
        .StatesPerLane(StatesPerLane), .MaxStates(MaxStates), .ChunkTokens(ChunkTokens), .OperandBits(OperandBits),
        .DataBits(DataBits), .MaxSets(MaxSets), .ScratchWords(ScratchWords)
      ) u_set_check (
        .clk_i, .rst_ni, .start_i, .load_i(load_i && !is_unit_o && error_o == ssm_map_pkg::ErrNone), .desc_i(desc_q),
        .is_set_i(is_set_o), .due_o(records_due_o), .error_o(set_error)
      );
      always_comb begin
        error_o = is_set_o ? set_error : is_unit_o ? unit_error : scan_error;
        if (!is_set_o && records_due_o != '0) error_o = ssm_map_pkg::ErrSets;
      end
    end else begin : gen_no_set_check
      assign error_o       = is_unit_o ? unit_error : scan_error;
      assign records_due_o = '0;
    end
  endgenerate
  ssm_descriptor_check #(
    .StatesPerLane(StatesPerLane), .MaxStates(MaxStates), .ChunkTokens(ChunkTokens), .StateRows(StateRows),
    .Interleave(Interleave), .DataBits(DataBits), .MaxSets(MaxSets), .ScratchWords(ScratchWords)
  ) u_descriptor_check (
    .desc_i(desc_q), .behind_i, .mode_set_i(local_set_q), .mode_local_i(local_q), .error_o(scan_error)
  );
  generate
    if (GemmDepth != 0) begin : gen_unit_check
      ssm_unit_check #(
        .GemmDepth(GemmDepth), .GemmWeightRows(GemmWeightRows), .GemmXWords(GemmXWords), .ScratchWords(ScratchWords),
        .ChannelWords(ChannelWords), .ChunkTokens(ChunkTokens), .DataBits(DataBits)
      ) u_unit_check (.desc_i(desc_q), .error_o(unit_error));
    end else begin : gen_no_unit_check
      assign unit_error = ssm_map_pkg::ErrOpcode;
    end
  endgenerate

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      local_set_q <= 1'b0;
      local_q     <= 1'b0;
    end else if (start_i) begin
      local_set_q <= 1'b0;
    end else if (load_i && !is_unit_o && !is_set_o && error_o == ssm_map_pkg::ErrNone) begin
      local_set_q <= 1'b1;
      local_q     <= desc.scan.local_scan;
    end
  end
  assign local_o = local_q;
endmodule
