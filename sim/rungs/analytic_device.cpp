#include "sim/rungs/analytic_device.h"

#include <cstring>

#include "hls/scan/scan_descriptor.h"
#include "sim/rungs/chunk_repetition.h"
#include "sim/rungs/value_free_device.h"

namespace scansim {
namespace {

constexpr size_t scan_bytes = sizeof(map::descriptor_image);

class analytic_device final : public value_free_device {
 public:
  using value_free_device::value_free_device;
  std::string rung() const override { return "analytic"; }
  std::optional<simulated_part> simulated() const override { return part_; }

 private:
  struct watched {
    machine& blocks;
    watched(machine& of, chunk_watch& by) : blocks(of) { blocks.watch(&by); }
    ~watched() { blocks.watch(nullptr); }
  };

  run_outcome execute() override {
    part_ = {};
    const bool scans = only_scans();
    part_.chunks = part_.of;
    if (!scans) return simulate();
    const std::unique_ptr<memory_timing> memory = new_memory();
    chunk_repetition repetition(blocks(), *memory, point().interleave);
    const watched until_the_end(blocks(), repetition);
    run_outcome outcome = simulate(*memory);
    repetition.add_to(outcome.run, outcome.memory);
    part_.chunks -= repetition.chunks();
    return outcome;
  }

  // Of the list: whether nothing but scans from memory is in it. Counts their chunks.
  bool only_scans() {
    bool only = true;
    for (uint32_t i = 0; i < registers().count(); ++i) {
      map::descriptor_image words;
      if (!read(i, words) || map::opcode_of(words) != static_cast<uint32_t>(map::opcode::scan)) {
        only = false;
        continue;
      }
      const hls::scan_descriptor d = hls::decode_descriptor(words);
      part_.of += d.num_chunks;
      only = only && !d.local && !d.resume && !d.keep;
    }
    return only;
  }

  bool read(uint32_t index, map::descriptor_image& words) {
    const uint64_t at = registers().first_descriptor() + uint64_t{index} * scan_bytes;
    if (at > memory().size() || memory().size() - at < scan_bytes) return false;
    std::memcpy(words, memory().data() + at, scan_bytes);
    return true;
  }

  simulated_part part_;
};

}  // namespace

std::unique_ptr<device> make_analytic_device(const design_point& point, const device_options& options,
                                             const progress_callback& progress) {
  return std::make_unique<analytic_device>(point, options, progress);
}

}  // namespace scansim
