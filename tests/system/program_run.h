// Runs the real scansim binary and says how it ended: exit status, stdout, stderr. Also small traces to give
// it.
#pragma once
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/support/spawned_program.h"

namespace scansim::test {

// `interrupt_after_ms` >= 0: SIGINT is sent then. Its RTL cache is that of all tests.
program_end run_scansim(const std::vector<std::string>& arguments, int interrupt_after_ms = -1);

// A well-formed trace of D 4, N 8, L 32 with h0, at `path`; with expect.* of ref.
void write_small_trace(const std::string& path);
// The bytes of a .safetensors file with its JSON header changed.
std::string with_header(const std::string& bytes, const std::function<void(nlohmann::json&)>& change);
// Likewise, the JSON of the metadata key "scansim".
std::string with_metadata(const std::string& bytes, const std::function<void(nlohmann::json&)>& change);

}  // namespace scansim::test
