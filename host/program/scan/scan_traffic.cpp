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

std::vector<tensor_traffic> traffic_of(const quantised_scan& scan, const scan_layout& layout,
                                       const design_point& point) {
  const moved_bytes moved = moved_by(layout);
  const scan_shape& shape = scan.shape;
  const auto runs = static_cast<uint64_t>(layout.num_runs);
  const auto states = static_cast<uint64_t>(shape.batch * shape.channels * shape.states);
  const auto operand = static_cast<uint64_t>(point.operand_bytes());
  const auto state = static_cast<uint64_t>(point.state_bytes());
  const auto output = static_cast<uint64_t>(point.output_bytes());
  const uint64_t states_read = runs - (layout.has_h0 ? 0 : 1);  // times
  std::vector<tensor_traffic> traffic;
  const auto read = [&](const char* tensor, uint64_t bytes, uint64_t compulsory) {
    if (bytes > 0) traffic.push_back({tensor, bytes, 0, compulsory});
  };
  read("u", moved.u, operand * scan.u.size());
  read("delta", moved.u, operand * scan.delta.size());
  if (layout.has_z) read("z", moved.u, operand * scan.z.size());
  read("B", moved.bc, operand * scan.b.size());
  read("C", moved.bc, operand * scan.c.size());
  read("A", moved.a, operand * runs * scan.a.size());
  read("D, delta_bias", moved.db, 2 * runs * (scan.d.size() + scan.delta_bias.size()));
  read("h0", states_read * moved.state, state * states_read * states);
  traffic.push_back(
      {"y", 0, moved.y,
       output * static_cast<uint64_t>(shape.batch * shape.channels) * static_cast<uint64_t>(shape.length)});
  traffic.push_back({"h_last", 0, runs * moved.state, state * runs * states});
  read("descriptors", runs * layout.descriptors_per_run() * hls::descriptor_bytes, 0);
  return traffic;
}

}  // namespace scansim
