#include "traces/operator_trace.h"

#include <algorithm>

#include "traces/input_error.h"
#include "traces/metadata_reader.h"
#include "traces/safetensors.h"
#include "traces/strict_json.h"

namespace scansim {

using nlohmann::json;

namespace {

constexpr const call_kind* visited_kinds[] = {&gemm_kind, &conv1d_kind, &hadamard_kind, &rms_norm_kind,
                                              &mamba_block_kind};

template <size_t... Index>
operator_call copy_of(const call& one, std::index_sequence<Index...>) {
  operator_call copy;
  const auto take = [&]<class Call>(const Call* typed) {
    if (typed != nullptr) copy = *typed;
  };
  (take(dynamic_cast<const std::variant_alternative_t<Index, operator_call>*>(&one)), ...);
  return copy;
}

}  // namespace

std::vector<std::string> operator_names() { return call_names(visited_kinds); }

std::string operator_name(const operator_call& call) { return base_of(call).kind().name; }

const std::vector<float>& expected_output(const operator_call& call) {
  return std::visit([](const auto& one) -> const std::vector<float>& { return one.expect_y; }, call);
}

const call& base_of(const operator_call& call) {
  return std::visit([](const auto& one) -> const scansim::call& { return one; }, call);
}

operator_call variant_of(const call& one) {
  return copy_of(one, std::make_index_sequence<std::variant_size_v<operator_call>>());
}

std::optional<std::string> find_operator(const std::string& path) {
  try {
    const safetensors_file file = safetensors_file::open(path);
    const auto text = file.metadata().find("scansim");
    if (text == file.metadata().end()) return std::nullopt;
    const json root = parse_json_strict(text->second, path, metadata_reader::root_field);
    const auto name = root.is_object() ? root.find("operator") : root.end();
    if (name == root.end() || !name->is_string()) return std::nullopt;
    for (const call_kind* kind : visited_kinds)
      if (*name == kind->name) return kind->name;
  } catch (const input_error&) {
  }
  return std::nullopt;
}

operator_trace load_operator_trace(const std::string& path) {
  const trace loaded = load_trace(path, visited_kinds);
  return {path, loaded.sha256, variant_of(*loaded.call_), loaded.provenance, loaded.tolerance};
}

void write_operator_trace(const std::string& path, const operator_call& call, const json& provenance,
                          const std::optional<expect_tolerance>& tolerance) {
  write_trace(path, base_of(call), provenance, tolerance);
}

void check_operator_call(const operator_call& call, const std::string& file) {
  check_call(base_of(call), file);
}

json describe(const operator_trace& t) {
  const std::shared_ptr<const call> borrowed(std::shared_ptr<void>(), &base_of(t.call));
  return describe(trace{t.path, t.sha256, borrowed, t.provenance, t.tolerance, {}});
}

}  // namespace scansim
