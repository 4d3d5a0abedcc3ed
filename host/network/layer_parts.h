// Collects the operators of one layer on one pass. Contract: add functions take the sizes of the model; rows
// are the pass's tokens of all sequences. What no machine has a unit for is added as missing, with its work.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "host/network/network_operator.h"

namespace scansim {

// What a layer sees of a pass of the network.
struct layer_pass {
  bool decode = false;
  int64_t tokens = 1;     // of a sequence
  int64_t sequences = 1;  // the batch
  int64_t context = 0;    // tokens of a sequence before these

  int64_t rows() const { return tokens * sequences; }
};

enum class scan_orders { cross, snakes, atrous, columns, joined };

enum class norm_kind { none, rms_norm, layer_norm };

class layer_parts {
 public:
  layer_parts(const layer_pass& pass, std::string what) : pass_(pass), what_(std::move(what)) {}

  const layer_pass& pass() const { return pass_; }
  const std::string& what() const { return what_; }  // of a layer that says it
  std::vector<network_operator>& operators() { return operators_; }
  // The whole layer as one program, for machines that hold its parameters.
  const std::optional<operator_shape>& whole() const { return whole_; }
  void set_whole(const operator_shape& shape) { whole_ = shape; }

  void norm(const std::string& part, norm_kind kind, int64_t channels, int64_t count = 1);
  // y_bits 8: goes to the next operator; 16: a result. rows 0: the pass's.
  void product(const std::string& part, int64_t inner, int64_t columns, int y_bits = 8, int64_t count = 1,
               int64_t rows = 0);
  void residual_product(const std::string& part, int64_t inner, int64_t columns, int64_t count = 1);
  void embedding(const std::string& part, int64_t vocabulary, int64_t width);
  void conv1d(int64_t channels, int64_t width, bool silu, int64_t count = 1);
  void rotation(int64_t channels, int64_t count);
  // `tokens` of each of the pass's sequences; 0: the pass's.
  void scan(const std::string& part, int64_t channels, int64_t states, bool gate, bool reverse,
            int64_t count = 1, int64_t tokens = 0);
  // The sets of one call (traces/calls/scan_sets_shapes.h) over the squarest grid of the tokens; `own`: the
  // weights that each set has of its own.
  void scan_sets(const std::string& part, int64_t channels, int64_t states, bool gate,
                 const std::string& sets, const std::string& own, int64_t count = 1, int64_t tokens = 0);
  void missing(const std::string& part, const std::string& why, operator_work work = {}, int64_t count = 1);

 private:
  network_operator& add(const std::string& part, const operator_shape& shape, operator_work work,
                        int64_t count);

  layer_pass pass_;
  std::string what_;
  std::vector<network_operator> operators_;
  std::optional<operator_shape> whole_;
};

// The sets of a cross scan of so many directions: rows and columns in turn, the second half from their ends.
std::string cross_of(int64_t directions);

}  // namespace scansim
