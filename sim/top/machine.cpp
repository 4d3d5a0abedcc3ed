#include "sim/top/machine.h"

#include "hls/map/depth_map.h"
#include "traces/input_error.h"

namespace scansim {
namespace {

constexpr int descriptor_depth = 1;  // the next one is fetched after this one was loaded
constexpr int bc_slots = 2, h0_slots = 2;

}  // namespace

machine::machine(sc_core::sc_module_name name, const design_point& point, bool vectorised)
    : sc_module(name),
      shape_(point),
      clock_mhz_(point.clock_mhz),
      descriptors_(descriptor_depth),
      jobs_(job_depth),
      delta_commands_(command_depth),
      scan_commands_(command_depth),
      gate_commands_(command_depth),
      dt_(dt_depth),
      skip_(skip_depth),
      acc_(acc_depth),
      u_(shape_.tile_buffers, shape_.tile_rows() * shape_.operand_row(), shape_.axi_bytes),
      delta_(shape_.tile_buffers, shape_.tile_rows() * shape_.operand_row(), shape_.axi_bytes),
      z_(shape_.tile_buffers, shape_.tile_rows() * shape_.operand_row(), shape_.axi_bytes),
      b_(bc_slots, shape_.chunk_tokens * shape_.max_passes() * shape_.bc_row(), shape_.axi_bytes),
      c_(bc_slots, shape_.chunk_tokens * shape_.max_passes() * shape_.bc_row(), shape_.axi_bytes),
      h0_(h0_slots, shape_.interleave * shape_.max_passes() * shape_.state_row(), shape_.axi_bytes),
      a_(shape_.state_rows, shape_.a_row(), shape_.axi_bytes),
      db_(shape_.state_rows, shape_.db_row(), shape_.axi_bytes),
      y_(shape_.tile_buffers, shape_.tile_rows() * shape_.output_row(), shape_.axi_bytes),
      ht_(shape_.tile_buffers, shape_.interleave * shape_.max_passes() * shape_.state_row(),
          shape_.axi_bytes),
      tile_releases_(command_depth),
      block_(shape_),
      sequencer_("sequencer", shape_,
                 {descriptors_, jobs_, delta_commands_, scan_commands_, gate_commands_, tile_releases_, a_,
                  db_, block_}),
      dma_("dma_burst", shape_, {jobs_, descriptors_, a_, db_, b_, c_, u_, delta_, h0_, z_, ht_, y_, block_}),
      delta_softplus_("delta_softplus", shape_, {delta_commands_, u_, delta_, db_, dt_, skip_},
                      vectorised && vector_unit_present()),
      scan_serial_("scan_serial", shape_, {scan_commands_, dt_, a_, b_, c_, h0_, acc_, ht_, tile_releases_},
                   vectorised && vector_unit_present()),
      gate_silu_("gate_silu", shape_, {gate_commands_, acc_, skip_, z_, y_},
                 vectorised && vector_unit_present()) {
  if (shape_.has_units())
    units_ = std::make_unique<units>("units", shape_, block_, units::scan_ports{u_, delta_, b_, c_, z_, y_});
}

void machine::reset_channels() {
  descriptors_.reset();
  jobs_.reset();
  for (timed_fifo<tile_command>* fifo : {&delta_commands_, &scan_commands_, &gate_commands_}) fifo->reset();
  dt_.reset();
  skip_.reset();
  acc_.reset();
  for (operand_buffer* buffer : {&u_, &delta_, &z_, &b_, &c_, &h0_}) buffer->reset();
  a_.restart();
  db_.restart();
  y_.reset();
  ht_.reset();
  tile_releases_.reset();
  block_.reset();
}

machine_run machine::run(uint64_t first_descriptor, uint32_t count, std::span<uint8_t> image,
                         memory_timing& memory) {
  reset_channels();
  sequencer_.begin(first_descriptor, count, start_);
  dma_.begin(image, memory, start_);
  delta_softplus_.begin(start_);
  scan_serial_.begin(start_);
  gate_silu_.begin(start_);
  if (units_) units_->begin(start_);
  start_.notify(sc_core::SC_ZERO_TIME);
  try {
    sc_core::sc_start();
  } catch (const std::exception& error) {
    throw tool_error(std::string("systemc: ") + error.what());
  }
  if (!finished()) throw tool_error("machine hangs:" + waiting_blocks());

  machine_run result;
  const cycle_t block_drained = units_ ? units_->drained() : 0;
  result.cycles = std::max({sequencer_.last_push() + 1, dma_.drained(), block_drained}) + 1;
  result.error = sequencer_.error();
  result.counters[counter_index("machine", "cycles")] = static_cast<uint64_t>(result.cycles);
  const auto store = [&](const char* block, auto& part) {
    store_counters(block, part.counters(result.cycles), result.counters);
  };
  store("sequencer", sequencer_);
  store("dma", dma_);
  store("delta_softplus", delta_softplus_);
  store("scan_serial", scan_serial_);
  store("gate_silu", gate_silu_);
  result.counters[counter_index("weight_load", "expansions")] = dma_.expansions();
  if (units_) units_->report(result.cycles, result.counters);
  return result;
}

bool machine::finished() const { return waiting_blocks().empty(); }

std::string machine::waiting_blocks() const {
  std::string text;
  const auto add = [&](bool done, const char* block) {
    if (!done) text += std::string(" ") + block;
  };
  add(sequencer_.finished(), "sequencer");
  add(dma_.finished(), "dma");
  add(delta_softplus_.finished(), "delta_softplus");
  add(scan_serial_.finished(), "scan_serial");
  add(gate_silu_.finished(), "gate_silu");
  if (units_) text += units_->waiting();
  return text.empty() ? text : text + " still wait";
}

}  // namespace scansim
