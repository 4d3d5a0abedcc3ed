// What a caller of host/run may hear and say while something runs. Contract: nothing is printed here; any
// member that may throw stops the run, which cleans up and passes the exception on. The default hears
// nothing and never stops; choose it for tests and batches.
#pragma once
#include <functional>
#include <memory>
#include <string>

namespace scansim {

class run_observer {
 public:
  virtual ~run_observer() = default;
  virtual void begin_step(const std::string& /*what*/) {}  // may throw
  virtual void report(const std::string& /*what*/) {}      // inside a step, often; may throw
  virtual void check() {}                                  // may throw
  virtual bool stopping() const { return false; }          // the next of the above will throw
  // While it lives, a wish to stop is only noted: something half-written is open.
  virtual std::shared_ptr<void> hold() { return nullptr; }

  std::function<void(const std::string&)> callback() {
    return [this](const std::string& what) { report(what); };
  }
};

}  // namespace scansim
