#include <fmt/format.h>

#include <algorithm>

#include "host/regress/regress_text.h"
#include "host/report/markup_text.h"

namespace scansim {
namespace {

// XML takes no control characters; what is no ASCII may be no UTF-8.
std::string xml_text(std::string text) {
  for (char& c : text)
    if (c < 0x20 || c > 0x7e) c = '?';
  return markup_text(text);
}

std::string failure_xml(const regress_report& report, const judged_job& one) {
  const auto small = report.failures.find(one.bucket);
  const std::string line = small == report.failures.end() ? "" : small->second.line;
  std::string text =
      fmt::format("      <failure message=\"{}\" type=\"{}\">bucket {}\n{}</failure>\n",
                  xml_text(one.message), xml_text(one.signature.kind), one.bucket, xml_text(line));
  if (small != report.failures.end() && !small->second.waves.empty())
    text += fmt::format("      <system-out>waves: {}</system-out>\n", xml_text(small->second.waves));
  return text;
}

std::string case_xml(const regress_report& report, const judged_job& one) {
  const regress_job& job = *one.job;
  std::string text = fmt::format("    <testcase classname=\"{}\" name=\"{}\" time=\"{:.3f}\">\n",
                                 xml_text(report.plan.name + "." + job.test), xml_text(job_title(job)),
                                 one.row != nullptr ? one.row->wall_s : 0);
  text += fmt::format("      <properties>\n        <property name=\"seed\" value=\"{}\"/>\n", job.draw_seed);
  text += fmt::format("        <property name=\"key\" value=\"{}\"/>\n", job.key);
  if (one.row != nullptr)
    text += fmt::format("        <property name=\"cycles\" value=\"{}\"/>\n", one.row->cycles);
  text += "      </properties>\n";
  if (one.row == nullptr)
    text += "      <skipped message=\"not run\"/>\n";
  else if (one.failed())
    text += failure_xml(report, one);
  else if (one.row->verdict == job_verdict::refused)
    text += fmt::format("      <skipped message=\"{}\"/>\n", xml_text(one.row->message));
  return text + "    </testcase>\n";
}

}  // namespace

std::string regress_junit(const regress_report& report) {
  std::string suites;
  job_counts sum;
  double all_s = 0;
  for (const plan_testpoint& point : report.plan.testpoints) {
    if (!is_chosen(point, report.choice)) continue;
    std::string cases;
    double wall_s = 0;
    for (const judged_job& one : report.outcome.jobs) {
      if (std::find(point.tests.begin(), point.tests.end(), one.job->test) == point.tests.end()) continue;
      cases += case_xml(report, one);
      wall_s += one.row != nullptr ? one.row->wall_s : 0;
    }
    const job_counts counts = counts_of(report.outcome, point);
    suites += fmt::format(
        "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\" "
        "time=\"{:.3f}\">\n{}"
        "  </testsuite>\n",
        xml_text(point.name), counts.planned, counts.failed, counts.refused + counts.missing, wall_s, cases);
    sum.planned += counts.planned, sum.failed += counts.failed;
    all_s += wall_s;
  }
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<testsuites name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\" time=\"{:.3f}\">\n{}</testsuites>\n",
      xml_text(report.plan.name), sum.planned, sum.failed, all_s, suites);
}

}  // namespace scansim
