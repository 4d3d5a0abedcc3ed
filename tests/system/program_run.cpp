#include "tests/system/program_run.h"

#include <cstring>
#include <stdexcept>

#include "tests/support/places.h"
#include "tests/traces/raw_safetensors.h"

namespace scansim::test {

program_end run_scansim(const std::vector<std::string>& arguments, int interrupt_after_ms) {
  program_start start;
  start.words = {build_dir() + "/bin/scansim"};
  start.words.insert(start.words.end(), arguments.begin(), arguments.end());
  start.variables = {"SCANSIM_CACHE=" + rtl_cache()};
  start.interrupt_after_ms = interrupt_after_ms;
  return run_program(start);
}

void write_small_trace(const std::string& path) {
  const program_end end =
      run_scansim({"trace", "generate", "--channels", "4", "--states", "8", "--length", "32", "--groups", "2",
                   "--h0", "--expect", "--seed", "3", "--out", path});
  if (end.status != 0) throw std::runtime_error("no trace: " + end.err);
}

std::string with_header(const std::string& bytes, const std::function<void(nlohmann::json&)>& change) {
  uint64_t length = 0;
  std::memcpy(&length, bytes.data(), 8);
  nlohmann::json header = nlohmann::json::parse(bytes.substr(8, length));
  change(header);
  return raw_safetensors(header.dump(), bytes.substr(8 + length));
}

std::string with_metadata(const std::string& bytes, const std::function<void(nlohmann::json&)>& change) {
  return with_header(bytes, [&](nlohmann::json& header) {
    nlohmann::json metadata = nlohmann::json::parse(header["__metadata__"]["scansim"].get<std::string>());
    change(metadata);
    header["__metadata__"]["scansim"] = metadata.dump();
  });
}

}  // namespace scansim::test
