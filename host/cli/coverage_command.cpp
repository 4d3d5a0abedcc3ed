// `scansim coverage`: what runs with SCANSIM_BINS, and regressions, hit together.
#include <memory>

#include "host/cli/delivery.h"
#include "host/cli/design_options.h"
#include "host/cli/standard_streams.h"
#include "host/cli/subcommand.h"
#include "host/coverage/bin_exclusions.h"
#include "host/coverage/coverage_floor.h"
#include "host/coverage/coverage_text.h"
#include "host/regress/regress_folder.h"
#include "traces/input_error.h"

namespace scansim {
namespace {

struct coverage_request {
  std::vector<std::string> folders, at_least;
  std::string exclusions, csv, markdown;
};

// Of a regression those of the program that ran last.
std::string records_below(const std::string& folder) {
  if (!is_regress_folder(folder)) return folder;
  return bins_folder(folder, read_regress_folder(folder).digest);
}

std::vector<bin_record> records_of(const std::vector<std::string>& folders) {
  std::vector<bin_record> records;
  for (const std::string& folder : folders) {
    std::vector<bin_record> read = read_bin_records(records_below(folder));
    if (read.empty())
      throw input_error(folder, "folder", "records of runs with SCANSIM_BINS, or of a regression", "none");
    for (bin_record& one : read) records.push_back(std::move(one));
  }
  return records;
}

std::vector<coverage_floor> floors_of(const coverage_request& request) {
  std::vector<coverage_floor> floors;
  for (const std::string& text : request.at_least) floors.push_back(coverage_floor_of("--at-least", text));
  return floors;
}

int show_coverage(const coverage_request& request) {
  const std::vector<coverage_floor> floors = floors_of(request);
  const std::string exclusions = request.exclusions.empty() ? default_bin_exclusions() : request.exclusions;
  std::vector<std::string> inputs = request.folders;
  if (!exclusions.empty()) inputs.push_back(exclusions);
  delivery delivered({{"--csv", request.csv}, {"--markdown", request.markdown}}, inputs);
  const std::vector<bin_record> records = records_of(request.folders);
  const bin_coverage coverage = cover(records, exclusions);
  if (const auto& stale = coverage.excluded.stale; !stale.empty())
    throw input_error(exclusions, stale.front().bin, "bins of the model that no run hits", stale.front().why);
  delivered.print(coverage_text(coverage, ranked_tests(records)));
  delivered.write(request.csv, coverage_csv(coverage));
  delivered.write(request.markdown, coverage_markdown(coverage));
  const std::string missing = missing_text(coverage, floors);
  if (!missing.empty()) write_error("scansim: coverage is below --at-least: " + missing + "\n");
  return delivered.status(missing.empty() ? status_agree : status_disagree);
}

}  // namespace

command_action add_coverage(CLI::App& app) {
  auto request = std::make_shared<coverage_request>();
  app.add_option("FOLDERS", request->folders,
                 "Folders of records: what SCANSIM_BINS named, or those of regressions")
      ->required();
  app.add_option("--exclude", request->exclusions,
                 "Bins that are not asked for, with reasons; default: tests/coverage/bin_exclusions.yaml");
  app.add_option("--at-least", request->at_least,
                 "Status 1 where fewer bins are covered: PERCENT of all or GROUP=PERCENT; may be repeated")
      ->expected(1)
      ->take_all();
  add_output_option(app, "--csv", request->csv, "A line a bin: covered, by which test first, open, excluded");
  add_output_option(app, "--markdown", request->markdown, "The table by group, for a comment");
  return [request] { return show_coverage(*request); };
}

}  // namespace scansim
