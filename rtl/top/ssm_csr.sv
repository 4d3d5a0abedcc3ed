// ssm_csr: AXI4-Lite registers of the machine: start, status, descriptor list, parameters, counters (sim/README.md, section 6).
// Contract: one write or read at a time, write and read channels independent, OKAY responses; unknown addresses read 0.
// A start is ignored while busy and clears the counters (start_o, one cycle).
module ssm_csr #(
  parameter int unsigned NumLanes = 4,
  parameter int unsigned StatesPerLane = 16,
  parameter int unsigned Interleave = 2,
  parameter int unsigned MaxStates = 64,
  parameter int unsigned OperandBits = 8,
  parameter int unsigned StateBits = 16,
  parameter int unsigned OutputBits = 16,
  parameter int unsigned ExpSegments = 64,
  parameter int unsigned ChunkTokens = 16,
  parameter int unsigned TileBuffers = 4,
  parameter int unsigned StateCapacity = 32768,
  parameter int unsigned AxiDataBits = 128,
  parameter int unsigned GemmDepth = 0,
  parameter int unsigned GemmWeightRows = 0,
  parameter int unsigned GemmXWords = 0,
  parameter int unsigned ScratchWords = 0,
  parameter int unsigned ChannelWords = 0
) (
  input  logic                         clk_i,
  input  logic                         rst_ni,
  input  logic                         s_axil_awvalid_i,
  output logic                         s_axil_awready_o,
  input  logic [11:0]                  s_axil_awaddr_i,
  input  logic                         s_axil_wvalid_i,
  output logic                         s_axil_wready_o,
  input  logic [31:0]                  s_axil_wdata_i,
  input  logic [3:0]                   s_axil_wstrb_i,
  output logic                         s_axil_bvalid_o,
  input  logic                         s_axil_bready_i,
  output logic [1:0]                   s_axil_bresp_o,
  input  logic                         s_axil_arvalid_i,
  output logic                         s_axil_arready_o,
  input  logic [11:0]                  s_axil_araddr_i,
  output logic                         s_axil_rvalid_o,
  input  logic                         s_axil_rready_i,
  output logic [31:0]                  s_axil_rdata_o,
  output logic [1:0]                   s_axil_rresp_o,
  output logic                         start_o,
  input  logic                         busy_i,
  input  logic [7:0]                   error_i,
  output logic [ssm_pkg::AddrBits-1:0] desc_addr_o,
  output logic [15:0]                  desc_count_o,
  input  logic [64*ssm_pkg::NumCounters-1:0] counters_i
);
  logic [31:0] desc_lo_q, desc_hi_q, desc_count_q, read_data, parameter_data;
  logic        done_q, write, read, bvalid_q, rvalid_q, strobed;
  logic [9:0]  write_word, read_word, counter_word;

  // ---- Writes ----
  assign write            = s_axil_awvalid_i && s_axil_wvalid_i && (!bvalid_q || s_axil_bready_i);
  assign strobed          = write && s_axil_wstrb_i == 4'hf;
  assign s_axil_awready_o = write;
  assign s_axil_wready_o  = write;
  assign s_axil_bvalid_o  = bvalid_q;
  assign s_axil_bresp_o   = 2'b00;
  assign write_word       = s_axil_awaddr_i[11:2];
  assign start_o          = strobed && write_word == 10'h002 && s_axil_wdata_i[0] && !busy_i;
  assign desc_addr_o      = ssm_pkg::AddrBits'({desc_hi_q, desc_lo_q});
  assign desc_count_o     = desc_count_q[15:0];

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      bvalid_q     <= 1'b0;
      done_q       <= 1'b0;
      desc_lo_q    <= '0;
      desc_hi_q    <= '0;
      desc_count_q <= '0;
    end else begin
      bvalid_q <= write || (bvalid_q && !s_axil_bready_i);
      if (strobed && write_word == 10'h004) desc_lo_q <= s_axil_wdata_i;
      if (strobed && write_word == 10'h005) desc_hi_q <= s_axil_wdata_i;
      if (strobed && write_word == 10'h006) desc_count_q <= s_axil_wdata_i;
      done_q <= start_o ? 1'b1 : done_q;  // done = a run was started and is no longer busy
    end
  end

  // ---- Reads ----
  assign read             = s_axil_arvalid_i && (!rvalid_q || s_axil_rready_i);
  assign s_axil_arready_o = read;
  assign s_axil_rvalid_o  = rvalid_q;
  assign s_axil_rresp_o   = 2'b00;
  assign read_word        = s_axil_araddr_i[11:2];
  assign counter_word     = read_word - 10'h040;

  always_comb begin
    unique case (read_word[4:0])
      5'd16:    parameter_data = 32'(NumLanes);
      5'd17:    parameter_data = 32'(StatesPerLane);
      5'd18:    parameter_data = 32'(Interleave);
      5'd19:    parameter_data = 32'(MaxStates);
      5'd20:    parameter_data = 32'(OperandBits);
      5'd21:    parameter_data = 32'(StateBits);
      5'd22:    parameter_data = 32'(OutputBits);
      5'd23:    parameter_data = 32'(ExpSegments);
      5'd24:    parameter_data = 32'(ChunkTokens);
      5'd25:    parameter_data = 32'(TileBuffers);
      5'd26:   parameter_data = 32'(StateCapacity);
      5'd27:   parameter_data = 32'(AxiDataBits);
      5'd28:   parameter_data = 32'(GemmDepth);
      5'd29:   parameter_data = 32'(GemmWeightRows);
      5'd30:   parameter_data = 32'(GemmXWords);
      5'd31:   parameter_data = 32'(ScratchWords);
      default: parameter_data = 32'(ChannelWords);
    endcase
  end

  always_comb begin
    read_data = '0;
    if (read_word == 10'h000) read_data = 32'h53434e31;
    else if (read_word == 10'h001) read_data = 32'd1;
    else if (read_word == 10'h003) begin
      read_data = {16'd0, error_i, 5'd0, !busy_i && error_i != ssm_pkg::ErrNone, done_q && !busy_i, busy_i};
    end
    else if (read_word == 10'h004) read_data = desc_lo_q;
    else if (read_word == 10'h005) read_data = desc_hi_q;
    else if (read_word == 10'h006) read_data = desc_count_q;
    else if (read_word >= 10'h010 && read_word < 10'h021) read_data = parameter_data;
    else if (read_word >= 10'h040 && counter_word < 10'(2 * ssm_pkg::NumCounters)) begin
      read_data = counters_i[32 * counter_word +: 32];
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) rvalid_q <= 1'b0;
    else         rvalid_q <= read || (rvalid_q && !s_axil_rready_i);
  end
  always_ff @(posedge clk_i) begin
    if (read) s_axil_rdata_o <= read_data;
  end
endmodule
