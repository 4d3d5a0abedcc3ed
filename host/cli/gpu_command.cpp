// `scansim gpu`: record, import, correlate and info, each in its own source.
#include <functional>
#include <memory>

#include "host/cli/gpu_commands.h"
#include "traces/input_error.h"

namespace scansim {

command_action add_gpu(CLI::App& app) {
  auto chosen = std::make_shared<command_action>([]() -> int {
    throw input_error("command line", "gpu", "a subcommand: record, import, correlate or info", "none");
  });
  const auto add = [&](const char* name, const char* description, command_action (*declare)(CLI::App&)) {
    CLI::App* sub = app.add_subcommand(name, description);
    sub->callback([chosen, action = declare(*sub)] { *chosen = action; });
  };
  add("record", "Measures traces on this computer's GPU and keeps outputs and profiles", add_gpu_record);
  add("import", "Turns what ncu, nsys or PyTorch's profiler wrote into a profile", add_gpu_import);
  add("correlate", "Puts machine, model and every GPU row of the same calls side by side", add_gpu_correlate);
  add("info", "Says what GPU there is and what the kernels were compiled for", add_gpu_info);
  return [chosen] { return (*chosen)(); };
}

}  // namespace scansim
