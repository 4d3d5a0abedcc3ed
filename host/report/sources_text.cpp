#include "host/report/sources_text.h"

#include <fmt/format.h>

#include "host/report/git_revision.h"

namespace scansim {
namespace {

std::string digest_text(const char* what, const std::string& sha256, bool differs) {
  return fmt::format(", {} {:.12}{}", what, sha256, differs ? " (differs from the revision)" : "");
}

}  // namespace

std::string sources_text(const run_result& result) {
  std::string text = fmt::format("program  revision {:.12}{}", git_revision(), git_dirty() ? " (dirty)" : "");
  if (!result.sources) return text + "\n";
  const run_sources& sources = *result.sources;
  text += digest_text("data", sources.data_sha256, sources.data_differs);
  text += digest_text("rtl", sources.rtl_sha256, sources.rtl_differs);
  if (!sources.library_sha256.empty()) text += digest_text("library", sources.library_sha256, false);
  return text + "\n";
}

}  // namespace scansim
