#include "host/operators/weight_storage_json.h"

#include <nlohmann/json.hpp>

namespace scansim {

nlohmann::json to_json(const weight_storage& bytes) {
  return {{"dense_int8_bytes", bytes.dense_int8},
          {"dense_bytes", bytes.dense},
          {"value_bytes", bytes.values},
          {"index_bytes", bytes.index},
          {"index_bits_per_group", bytes.index_bits_per_group},
          {"multiplier_bytes", bytes.multipliers},
          {"total_bytes", bytes.total()}};
}

}  // namespace scansim
