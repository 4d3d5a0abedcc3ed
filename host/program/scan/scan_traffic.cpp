#include "host/program/scan/scan_traffic.h"

namespace scansim {

namespace {

// Bytes of all (block, batch) in all runs.
struct moved_bytes {
  uint64_t u = 0, bc = 0, y = 0, a = 0, db = 0, state = 0;  // state: of one run
};

moved_bytes moved_by(const scan_layout& layout) {
  moved_bytes sum;
  const auto batch = static_cast<uint64_t>(layout.shape.batch);
  const auto runs = static_cast<uint64_t>(layout.num_runs);
  const auto before = static_cast<uint64_t>(layout.num_chunks - 1);
  for (const channel_slice& block : layout.blocks) {
    sum.u += batch * (before * block.full.u + block.rest.u);
    sum.bc += batch * (before * block.full.bc + block.rest.bc);
    sum.y += batch * (before * block.full.y + block.rest.y);
    sum.a += runs * block.a_bytes;
    sum.db += runs * block.db_bytes;
    sum.state += batch * block.state_bytes;
  }
  return sum;
}

}  // namespace

std::vector<tensor_traffic> traffic_of(const scan_form& form, const scan_layout& layout,
                                       const design_point& point) {
  const moved_bytes moved = moved_by(layout);
  const scan_shape& shape = form.shape;
  const auto runs = static_cast<uint64_t>(layout.num_runs);
  const auto size = [](int64_t value) { return static_cast<uint64_t>(value); };
  const uint64_t channels = size(shape.channels), values = size(shape.batch * shape.channels * shape.length);
  const uint64_t states = size(shape.batch * shape.channels * shape.states);
  const uint64_t inputs = size(shape.batch * shape.groups * shape.states * shape.length);  // of B, of C
  const auto operand = static_cast<uint64_t>(point.operand_bytes());
  const auto state = static_cast<uint64_t>(point.state_bytes());
  const auto output = static_cast<uint64_t>(point.output_bytes());
  const uint64_t states_read = runs - (layout.has_h0 ? 0 : 1);  // times
  std::vector<tensor_traffic> traffic;
  const auto read = [&](const char* tensor, uint64_t bytes, uint64_t compulsory) {
    if (bytes > 0) traffic.push_back({tensor, bytes, 0, compulsory});
  };
  read("u", moved.u, operand * values);
  read("delta", moved.u, operand * values);
  if (layout.has_z) read("z", moved.u, operand * values);
  read("B", moved.bc, operand * inputs);
  read("C", moved.bc, operand * inputs);
  read("A", moved.a, operand * runs * channels * size(shape.states));
  read("D, delta_bias", moved.db, 2 * runs * channels * size(form.has_d + form.has_delta_bias));
  read("h0", states_read * moved.state, state * states_read * states);
  traffic.push_back({"y", 0, moved.y, output * values});
  traffic.push_back({"h_last", 0, runs * moved.state, state * runs * states});
  read("descriptors", runs * layout.descriptors_per_run() * hls::descriptor_bytes, 0);
  return traffic;
}

}  // namespace scansim
