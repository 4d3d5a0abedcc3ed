// A sweep without a folder: its file, its points, and rows that were run here or made up.
#pragma once
#include <nlohmann/json.hpp>
#include <string>

#include "host/page/sweep_page.h"
#include "host/sweep/point_run.h"
#include "tests/traces/raw_safetensors.h"

namespace scansim::test {

struct page_sweep {
  temporary_folder folder;
  sweep_spec spec;
  sweep_plan plan;
  stored_rows store;
  confirmations confirmed;
  explicit page_sweep(const std::string& text) {
    write_bytes(folder.file("s.yaml"), text);
    spec = load_sweep_spec(folder.file("s.yaml"));
    plan = plan_sweep(spec, "a program");
  }
  void run() {
    for (const sweep_point& point : plan.points)
      for (size_t i = 0; i < point.keys.size(); ++i)
        store.rows[point.keys[i]] = run_point(point, point.keys[i], spec.workloads[i], 1);
  }
  nlohmann::json page() const {
    return sweep_page("a folder", spec, store, judge_sweep(spec, plan, store), confirmed);
  }
};

}  // namespace scansim::test
