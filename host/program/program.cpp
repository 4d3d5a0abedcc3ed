#include "host/program/program.h"

namespace scansim {

namespace {

uint64_t sum(const program& p, uint64_t tensor_traffic::*bytes) {
  uint64_t total = 0;
  for (const tensor_traffic& t : p.traffic) total += t.*bytes;
  return total;
}

}  // namespace

uint64_t read_bytes(const program& p) { return sum(p, &tensor_traffic::read_bytes); }
uint64_t written_bytes(const program& p) { return sum(p, &tensor_traffic::written_bytes); }
uint64_t compulsory_bytes(const program& p) { return sum(p, &tensor_traffic::compulsory_bytes); }

}  // namespace scansim
