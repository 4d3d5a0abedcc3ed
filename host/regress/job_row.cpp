#include "host/regress/job_row.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <nlohmann/json.hpp>

#include "traces/sha256.h"

namespace scansim {
namespace {

constexpr std::array<const char*, 3> verdict_names = {"pass", "fail", "refused"};
constexpr size_t bucket_digits = 8;

}  // namespace

const char* verdict_text(job_verdict verdict) { return verdict_names[static_cast<size_t>(verdict)]; }

std::string bucket_of(const job_signature& s) {
  const std::string text = s.kind + "\n" + s.pair + "\n" + s.first + "\n" + s.block + "\n" + s.message;
  return sha256_hex(text.data(), text.size()).substr(0, bucket_digits);
}

bool same_result(const job_row& a, const job_row& b) {
  return a.verdict == b.verdict && a.signature == b.signature && a.cycles == b.cycles &&
         a.stalls == b.stalls && a.error == b.error && a.line == b.line;
}

nlohmann::json to_json(const job_row& row) {
  nlohmann::json object = {{"key", row.key},       {"verdict", verdict_text(row.verdict)},
                           {"cycles", row.cycles}, {"stalls", row.stalls},
                           {"error", row.error},   {"wall_s", row.wall_s},
                           {"cpu_s", row.cpu_s},   {"memory_mb", row.memory_mb}};
  if (row.line) object["line"] = *row.line;
  if (row.verdict == job_verdict::pass) return object;
  object["message"] = row.message;
  const job_signature& s = row.signature;
  if (row.verdict == job_verdict::fail)
    object["signature"] = {
        {"kind", s.kind}, {"pair", s.pair}, {"first", s.first}, {"block", s.block}, {"message", s.message}};
  if (row.first_cycle > 0) object["first_cycle"] = row.first_cycle;
  if (!row.streams.empty()) object["streams"] = row.streams, object["stream_cycle"] = row.stream_cycle;
  return object;
}

job_row job_row_from_json(const nlohmann::json& object) {
  job_row row;
  row.key = object.at("key");
  const std::string verdict = object.at("verdict");
  const auto* name = std::find(verdict_names.begin(), verdict_names.end(), verdict);
  if (name == verdict_names.end()) object.at("no such verdict");
  row.verdict = static_cast<job_verdict>(name - verdict_names.begin());
  row.cycles = object.at("cycles"), row.stalls = object.at("stalls");
  row.error = object.at("error");
  row.wall_s = object.at("wall_s"), row.cpu_s = object.at("cpu_s"), row.memory_mb = object.at("memory_mb");
  if (row.verdict != job_verdict::pass) row.message = object.at("message");
  if (row.verdict == job_verdict::fail) {
    const nlohmann::json& s = object.at("signature");
    row.signature = {s.at("kind"), s.at("pair"), s.at("first"), s.at("block"), s.at("message")};
  }
  row.first_cycle = object.value("first_cycle", uint64_t{0});
  if (object.contains("line")) row.line = object["line"].get<std::array<double, 2>>();
  row.streams = object.value("streams", std::vector<std::string>{});
  row.stream_cycle = object.value("stream_cycle", uint64_t{0});
  return row;
}

std::string masked(const std::string& text) {
  std::string result;
  for (size_t i = 0; i < text.size();) {
    const bool hex = text.compare(i, 2, "0x") == 0;
    if (!hex && std::isdigit(static_cast<unsigned char>(text[i])) == 0) {
      result += text[i++];
      continue;
    }
    i += hex ? 2 : 0;
    const auto in_number = [&](char c) {
      return hex ? std::isxdigit(static_cast<unsigned char>(c)) != 0
                 : std::isdigit(static_cast<unsigned char>(c)) != 0;
    };
    while (i < text.size() && in_number(text[i])) ++i;
    result += '#';
  }
  return result;
}

}  // namespace scansim
