// Profiles: what is written is read back equal, and every damaged key is refused by its path.
#include "host/gpu_profile/gpu_profile.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <set>

#include "tests/host/gpu_profile/profile_example.h"
#include "tests/traces/raw_safetensors.h"

namespace scansim::test {
namespace {

using nlohmann::json;

json example_json() {
  gpu_profile profile = example_profile();
  profile.outputs = profile_outputs{"a.outputs.safetensors", std::string(64, 'c')};
  return to_json(profile);
}

std::string profile_refused(const json& object) {
  return refusal([&] { profile_from_json(object, "p.json"); });
}

// "/metrics/1/unit" as "metrics[1].unit".
std::string field_path(const json::json_pointer& place) {
  std::string path;
  const std::string text = place.to_string();
  for (size_t from = 1; from < text.size();) {
    const size_t end = std::min(text.find('/', from), text.size());
    const std::string part = text.substr(from, end - from);
    const bool index = part.find_first_not_of("0123456789") == std::string::npos;
    path += index ? "[" + part + "]" : (path.empty() ? "" : ".") + part;
    from = end + 1;
  }
  return path;
}

void collect(const json& value, const json::json_pointer& place, std::vector<json::json_pointer>& places) {
  if (!place.empty()) places.push_back(place);
  if (value.is_object())
    for (const auto& [key, part] : value.items()) collect(part, place / key, places);
  if (value.is_array())
    for (size_t k = 0; k < value.size(); ++k) collect(value[k], place / k, places);
}

}  // namespace

TEST_CASE("gpu_profile is read back as it was written", "[unit][gpu]") {
  const temporary_folder folder;
  const std::string path = folder.file("p.json");
  write_gpu_profile(path, example_profile());
  const gpu_profile read = load_gpu_profile(path);
  CHECK(to_json(read) == to_json(example_profile()));
  REQUIRE(read.find_metric("time") != nullptr);
  CHECK(read.find_metric("time")->value == 10);
  CHECK(read.find_metric("none") == nullptr);
  CHECK(read.trace.channels == 4);
  CHECK(read.trace.states == 8);
  CHECK(read.device.power_limit_w == 100);
  CHECK(read.kernel.configuration[1].second == "128");
  CHECK(read.protocol->bytes_per_set == 4096);
  CHECK(*read.protocol->clocks_after_mhz == 990);
  CHECK(read.work->exps == 1024);
  CHECK(read.ceilings.at(1).value == 1e9);
  CHECK(read.energy->window_s == 2);
  CHECK(read.energy->idle_w == 30);
  CHECK(read.energy->idle_subtracted_uj == 200);
}

TEST_CASE("gpu_profile names every missing key by its path", "[unit][gpu]") {
  REQUIRE(profile_refused(example_json()).empty());
  std::vector<json::json_pointer> places;
  collect(example_json(), json::json_pointer(), places);
  REQUIRE(places.size() > 80);
  for (const json::json_pointer& place : places) {
    json damaged = example_json();
    json& parent = damaged.at(place.parent_pointer());
    const bool configuration = place.parent_pointer().to_string() == "/kernel/configuration";
    if (parent.is_array() || configuration) continue;  // any number of entries
    const std::string key = field_path(place);
    const std::set<std::string> later = {"work.unit_ops",
                                         "work.launches",
                                         "work.tensor_flops",
                                         "protocol.clock_under_load_mhz",
                                         "protocol.temperature_before_c",
                                         "protocol.temperature_after_c",
                                         "protocol.throttle_reasons"};
    if (later.count(key) > 0) continue;  // not in older profiles: the next case
    parent.erase(place.back());
    CAPTURE(field_path(place), profile_refused(damaged));
    CHECK(profile_refused(damaged).find("p.json: " + field_path(place) + ": expected ") == 0);
  }
}

TEST_CASE("gpu_profile reads profiles of before unit operations and launches were counted", "[unit][gpu]") {
  json old = example_json();
  old["work"].erase("unit_ops");
  old["work"].erase("launches");
  old["work"].erase("tensor_flops");
  for (const char* key :
       {"clock_under_load_mhz", "temperature_before_c", "temperature_after_c", "throttle_reasons"})
    old["protocol"].erase(key);
  const gpu_profile read = profile_from_json(old, "p.json");
  CHECK(read.work->exps == 1024);
  CHECK(read.work->unit_ops == 0);
  CHECK(read.work->launches == 0);
  CHECK_FALSE(read.protocol->clock_under_load_mhz);
  json counted = example_json();
  counted["work"]["unit_ops"] = 1216;
  counted["work"]["launches"] = 3;
  CHECK(profile_from_json(counted, "p.json").work->unit_ops == 1216);
  CHECK(profile_from_json(counted, "p.json").work->launches == 3);
}

TEST_CASE("gpu_profile names every value of a wrong kind by its path", "[unit][gpu]") {
  std::vector<json::json_pointer> places;
  collect(example_json(), json::json_pointer(), places);
  for (const json::json_pointer& place : places)
    for (const json& wrong :
         {json(-1.5), json("?#"), json(true), json::array({1}), json::object({{"x", 1}})}) {
      json damaged = example_json();
      const json& old = damaged[place];
      const bool text = old.is_string() && wrong.is_string();
      const bool fits = (old.type() == wrong.type() && old.is_boolean()) || text ||
                        (place.back() == "value" && wrong.is_number()) ||
                        ((place.back() == "low") && wrong.is_number()) ||
                        (old.is_null() && !wrong.is_structured() && !wrong.is_boolean());
      if (fits) continue;
      damaged[place] = wrong;
      CAPTURE(field_path(place), wrong.dump(), profile_refused(damaged));
      CHECK(profile_refused(damaged).find("p.json: " + field_path(place)) == 0);
    }
}

TEST_CASE("gpu_profile refuses unknown keys at every level", "[unit][gpu]") {
  std::vector<json::json_pointer> places = {json::json_pointer()};
  collect(example_json(), json::json_pointer(), places);
  int objects = 0;
  for (const json::json_pointer& place : places) {
    json damaged = example_json();
    if (!damaged[place].is_object() || place.to_string() == "/kernel/configuration") continue;
    ++objects;
    damaged[place]["novelty"] = 1;
    const std::string path = place.empty() ? "novelty" : field_path(place) + ".novelty";
    CAPTURE(path, profile_refused(damaged));
    CHECK(profile_refused(damaged).find("p.json: " + path + ": ") == 0);
    CHECK(profile_refused(damaged).find("unknown key") != std::string::npos);
  }
  CHECK(objects == 13);
}

TEST_CASE("gpu_profile refuses what contradicts the format", "[unit][gpu]") {
  const auto with = [](const char* place, const json& value) {
    json damaged = example_json();
    damaged[json::json_pointer(place)] = value;
    return profile_refused(damaged);
  };
  const std::pair<const char*, json> wrong[] = {{"/schema", "gpu-profile"},
                                                {"/version", 2},
                                                {"/origin", "guess"},
                                                {"/trace/sha256", nullptr},
                                                {"/trace/sha256", "ABC"},
                                                {"/trace/mode", "train"},
                                                {"/metrics/0/unit", ""},
                                                {"/metrics/0/unit", "ms"},
                                                {"/metrics/1/unit", ""},
                                                {"/metrics/1/aggregation", ""},
                                                {"/metrics/1/name", "time"},
                                                {"/metrics/0/name", "tempo"},
                                                {"/metrics/0/value", 0},
                                                {"/metrics/0/low", 11},
                                                {"/metrics/0/high", 9},
                                                {"/metrics/0/samples", 0},
                                                {"/ceilings/0/unit", "GB/s"},
                                                {"/ceilings/0/name", "bandwidth"},
                                                {"/ceilings/0/value", 0},
                                                {"/ceilings/0/basis", "guess"},
                                                {"/energy/level", "circuit"},
                                                {"/energy/idle_subtracted_uj", 600},
                                                {"/outputs/file", "../a"},
                                                {"/outputs/sha256", "12"},
                                                {"/kernel/precision", "unknown"},
                                                {"/kernel/precision", "fp64"},
                                                {"/build", nullptr},
                                                {"/protocol", nullptr},
                                                {"/work", nullptr},
                                                {"/protocol/repetitions", 0},
                                                {"/device/power_limit_w", -1},
                                                {"/protocol/warm_up", 1e18}};
  for (const auto& [place, value] : wrong) {
    CAPTURE(place, value.dump(), with(place, value));
    CHECK_FALSE(with(place, value).empty());
  }
  CHECK(with("/metrics/1/unit", "") == "p.json: metrics[1].unit: expected a text, not empty, found \"\"");
}

TEST_CASE("gpu_profile of an import says where it is from, and reads without that", "[unit][gpu]") {
  gpu_profile profile = example_profile();
  profile.origin = "nsys";
  profile.metrics[0].source = "end - start";
  profile.import =
      profile_import{"the trace of nsys", "r.csv", std::string(64, 'a'), 6, 2, {{"Ctx", "empty"}}};
  const json object = to_json(profile);
  CHECK(to_json(profile_from_json(object, "p.json")) == object);
  std::vector<json::json_pointer> places;
  collect(object.at("import"), json::json_pointer("/import"), places);
  REQUIRE(places.size() == 10);
  for (const json::json_pointer& place : places) {
    json damaged = object;
    if (damaged.at(place.parent_pointer()).is_array() || place.to_string() == "/import") continue;
    damaged.at(place.parent_pointer()).erase(place.back());
    CAPTURE(field_path(place), profile_refused(damaged));
    CHECK(profile_refused(damaged).find("p.json: " + field_path(place) + ": expected ") == 0);
  }
  json damaged = object;
  damaged["import"]["launches"] = 0;
  CHECK_FALSE(profile_refused(damaged).empty());
  damaged = object;
  damaged["metrics"][0]["source"] = "";
  CHECK_FALSE(profile_refused(damaged).empty());
  damaged = object;
  damaged["origin"] = "recorder";
  CHECK(profile_refused(damaged).find("import: expected none from the recorder") != std::string::npos);
  json earlier = object;  // as imports were written before
  earlier["origin"] = "ncu";
  earlier.erase("import");
  earlier["metrics"][0].erase("source");
  CHECK(profile_refused(earlier).empty());
  earlier["kernel"]["precision"] = "unknown";
  CHECK(profile_refused(earlier).empty());
}

TEST_CASE("gpu_profile refuses text that is no strict JSON of finite numbers", "[unit][gpu]") {
  const temporary_folder folder;
  const std::string path = folder.file("p.json"), good = example_json().dump();
  const auto refused_text = [&](const std::string& text) {
    write_bytes(path, text);
    return refusal([&] { load_gpu_profile(path); });
  };
  const auto edited = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    const size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
  };
  CHECK(refused_text(good).empty());
  for (const std::string& text :
       {std::string(), std::string("[]"), good.substr(0, good.size() / 2), good + "x",
        edited("\"version\":1", "\"version\":1,\"version\":1"), edited("\"value\":10.0", "\"value\":1e999"),
        edited("\"value\":10.0", "\"value\":NaN"), edited("\"value\":10.0", "\"value\":null")}) {
    CAPTURE(text, refused_text(text));
    CHECK(refused_text(text).find(path + ": ") == 0);
  }
  CHECK(refusal([&] { load_gpu_profile(folder.file("none.json")); }).find("none.json") != std::string::npos);
}

TEST_CASE("gpu_profile that is incomplete is not written", "[unit][gpu]") {
  const temporary_folder folder;
  gpu_profile profile = example_profile();
  profile.metrics[0].unit.clear();
  CHECK_THROWS_AS(write_gpu_profile(folder.file("p.json"), profile), tool_error);
  CHECK(std::filesystem::is_empty(folder.path()));
}

}  // namespace scansim::test
