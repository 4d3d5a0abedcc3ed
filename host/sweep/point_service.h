// For optimisers outside: the space as they have to know it, and a point at a time, as JSON.
//   {"num_lanes": 8, "memory": "ideal"}
//   -> {"point": "1a2b3c...", "status": "ok", "front": true, "results": {"cycles": 1, ...}}
//   or {"status": "refused", "message": "..."}; also failed (a row's), with its message
// Contract: a proposal sets sampled parameters, to any value that a design point takes; what it leaves out
// has its first value, derived and mapped ones follow. A point that is legal is kept in the folder,
// asked.jsonl, with its rows, and belongs to the sweep from then on; asked again, it is answered from its
// rows. `front`: no point of the sweep so far beats it. One service a folder; tool_error: another run works
// in it.
#pragma once
#include <memory>

#include "host/sweep/point_collector.h"
#include "host/sweep/sweep_folder.h"
#include "host/sweep/sweep_front.h"
#include "sim/cosim/file_lock.h"

namespace scansim {

// Parameters with their values and kind (sampled, derived, mapped), objectives, names of results.
nlohmann::json space_json(const sweep_spec& spec);

class point_service {
 public:
  explicit point_service(const std::string& folder);
  ~point_service();
  // `number` of the line, for messages. input_error: no proposal.
  nlohmann::json answer(const std::string& line, int number);

 private:
  assignment proposal_in(const std::string& line, int number) const;
  void keep(const assignment& one) const;
  void run_missing_rows(const sweep_point& point);
  nlohmann::json answer_for(const sweep_point& point);

  const std::string folder_;
  const std::unique_ptr<file_lock> lock_;
  const sweep_folder sweep_;
  const space_assignments space_;
  stored_rows store_;
  point_collector points_;
  std::unique_ptr<shard_writer> shard_;
  std::map<std::string, sweep_results> judged_;  // by id
};

}  // namespace scansim
