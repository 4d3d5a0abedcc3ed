// ssm_csr: AXI4-Lite registers of the machine: start, status, descriptor list, parameters, counters (sim/README.md, section 6);
// their addresses are those of ssm_map_pkg, whose hash MAP says which map this machine was built from.
// Contract: one write or read at a time, write and read channels independent, OKAY responses; unknown addresses read 0.
// A start is ignored while busy and clears the counters (start_o, one cycle).
module ssm_csr #(
  parameter logic [32*ssm_map_pkg::NumParameters-1:0] Parameters = '0,  // 32 bits each at ssm_map_pkg::Parameter*
  parameter logic [31:0] MapValue = ssm_map_pkg::MapValue
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
  output logic [9:0]                   counter_word_o,  // of ssm_counters, whose word comes in the same cycle
  input  logic [31:0]                  counter_data_i
);
  logic [31:0] desc_lo_q, desc_hi_q, desc_count_q, read_data;
  logic        done_q, write, read, bvalid_q, rvalid_q, strobed;
  logic [9:0]  write_word, read_word, parameter_word;

  // ---- Writes ----
  assign write            = s_axil_awvalid_i && s_axil_wvalid_i && (!bvalid_q || s_axil_bready_i);
  assign strobed          = write && s_axil_wstrb_i == 4'hf;
  assign s_axil_awready_o = write;
  assign s_axil_wready_o  = write;
  assign s_axil_bvalid_o  = bvalid_q;
  assign s_axil_bresp_o   = 2'b00;
  assign write_word       = s_axil_awaddr_i[11:2];
  assign start_o          = strobed && write_word == ssm_map_pkg::CsrControl && s_axil_wdata_i[0] && !busy_i;
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
      if (strobed && write_word == ssm_map_pkg::CsrDescAddrLo) desc_lo_q <= s_axil_wdata_i;
      if (strobed && write_word == ssm_map_pkg::CsrDescAddrHi) desc_hi_q <= s_axil_wdata_i;
      if (strobed && write_word == ssm_map_pkg::CsrDescCount) desc_count_q <= s_axil_wdata_i;
      done_q <= start_o ? 1'b1 : done_q;  // done = a run was started and is no longer busy
    end
  end

  // ---- Reads ----
  assign read             = s_axil_arvalid_i && (!rvalid_q || s_axil_rready_i);
  assign s_axil_arready_o = read;
  assign s_axil_rvalid_o  = rvalid_q;
  assign s_axil_rresp_o   = 2'b00;
  assign read_word        = s_axil_araddr_i[11:2];
  assign parameter_word   = read_word - ssm_map_pkg::CsrParameters;
  assign counter_word_o   = read_word - ssm_map_pkg::CsrCounters;

  always_comb begin
    read_data = '0;
    unique case (read_word)
      ssm_map_pkg::CsrId:          read_data = ssm_map_pkg::IdValue;
      ssm_map_pkg::CsrVersion:     read_data = ssm_map_pkg::VersionValue;
      ssm_map_pkg::CsrMap:         read_data = MapValue;
      ssm_map_pkg::CsrStatus:
        read_data = {16'd0, error_i, 5'd0, !busy_i && error_i != ssm_map_pkg::ErrNone, done_q && !busy_i, busy_i};
      ssm_map_pkg::CsrDescAddrLo:  read_data = desc_lo_q;
      ssm_map_pkg::CsrDescAddrHi:  read_data = desc_hi_q;
      ssm_map_pkg::CsrDescCount:   read_data = desc_count_q;
      default: begin
        if (read_word >= ssm_map_pkg::CsrCounters) begin
          read_data = counter_data_i;
        end else if (read_word >= ssm_map_pkg::CsrParameters) begin
          if (parameter_word < 10'(ssm_map_pkg::NumParameters)) read_data = Parameters[32 * parameter_word +: 32];
        end
      end
    endcase
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) rvalid_q <= 1'b0;
    else         rvalid_q <= read || (rvalid_q && !s_axil_rready_i);
  end
  always_ff @(posedge clk_i) begin
    if (read) s_axil_rdata_o <= read_data;
  end
endmodule
