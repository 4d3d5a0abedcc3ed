// Kernels of a call from the Chrome trace of PyTorch's profiler.
#include <zlib.h>

#include "tests/host/gpu_profile/import_pages.h"
#include "tests/traces/raw_safetensors.h"

namespace scansim::test {
namespace {

gpu_profile read_torch(const std::string& text, const import_choice& choice = {}) {
  return import_text(text, "trace.json", import_tool::pytorch, choice);
}

std::string torch_refused(const std::string& text, const import_choice& choice = {}) {
  return refusal([&] { read_torch(text, choice); });
}

std::string with(std::string text, const std::string& from, const std::string& to) {
  const size_t at = text.rfind(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("pytorch_import reads launches of a kernel", "[unit][gpu]") {
  const gpu_profile profile =
      read_torch(torch_trace({{}, {"void scan_kernel<float>(Params)", 2000, 38.128, 9}}));
  const profile_metric& time = *profile.find_metric("time");
  CHECK(profile.origin == "pytorch");
  CHECK(time.value == Approx(37.128));
  CHECK(time.unit == "us");
  CHECK(*time.low == Approx(36.128));
  CHECK(time.samples == 2);
  CHECK(time.source == "dur");
  CHECK(profile.kernel.name == "void scan_kernel<float>(Params)");
  CHECK(profile.kernel.configuration[0].second == "(1536, 1, 1)");
  CHECK(profile.kernel.configuration[1].second == "(128, 1, 1)");
  CHECK(profile.device.name == "Example GPU");
  CHECK(profile.device.multiprocessors == 12);
  CHECK(profile.device.memory_bytes == 1000000000);
  CHECK(profile.device.compute_capability == "9.0");
  CHECK(metric_value(profile, "launch__registers_per_thread") == 96);
  CHECK(profile.import->source == "the trace of PyTorch's profiler");
}

TEST_CASE("pytorch_import adds up the kernels of a call in the order in which they ran", "[unit][gpu]") {
  const std::string conv = "conv", scan = "scan";
  const std::string text =
      torch_trace({{scan, 60, 20, 4}, {conv, 10, 1, 1}, {scan, 20, 10, 2}, {conv, 50, 2, 3}});
  const gpu_profile profile = read_torch(text, in_calls(2));
  CHECK(profile.kernel.name == "conv + scan");
  CHECK(metric_value(profile, "time") == Approx(16.5));
  CHECK(*profile.find_metric("time")->low == 11);
  CHECK(*profile.find_metric("time")->high == 22);
  CHECK(metric_value(read_torch(text, of_kernel("conv")), "time") == 1.5);
  CHECK(metric_value(read_torch(text, of_launches({"4"})), "time") == 20);
  CHECK(torch_refused(text).find("traceEvents: kernels: expected one kernel") != std::string::npos);
  CHECK(torch_refused(torch_trace({{}, {"void scan_kernel<float>(Params)", 2000, 38, 9, 1}})) ==
        "trace.json: traceEvents: args.device: expected one value in all launches of a kernel (--launch "
        "chooses), found "
        "Example GPU and Other GPU");
}

TEST_CASE("pytorch_import reads traces of older versions and other writers", "[unit][gpu]") {
  torch_kernel old;
  old.category = "Kernel";
  CHECK(metric_value(read_torch(torch_trace({old})), "time") == Approx(36.128));
  const std::string array = "[{\"ph\":\"M\"}," + torch_event({}) + "]";
  CHECK(metric_value(read_torch(array), "time") == Approx(36.128));
  CHECK(read_torch(array).device.name == "unknown");
  torch_kernel bare;
  bare.grid = bare.block = "null";
  const gpu_profile profile = read_torch(torch_trace({bare}));
  CHECK(profile.kernel.configuration.empty());
  CHECK(metric_value(read_torch(with(torch_trace({{}}), "\"args\":{\"External", "\"args2\":{\"External")),
                     "time") == Approx(36.128));
}

TEST_CASE("pytorch_import unpacks gzip, and refuses what is cut off or damaged", "[unit][gpu]") {
  const temporary_folder folder;
  const std::string path = folder.file("rank0.pt.trace.json.gz");
  const auto write = [&](const std::string& text, const char* mode) {
    gzFile file = gzopen(path.c_str(), mode);
    REQUIRE(gzwrite(file, text.data(), static_cast<unsigned>(text.size())) == static_cast<int>(text.size()));
    REQUIRE(gzclose(file) == Z_OK);
  };
  const auto read = [&] { return import_profile(path, import_tool::pytorch, {}); };
  const std::string text = torch_trace({{}}) + std::string(3 << 20, ' ');
  write(text.substr(0, 300), "wb");
  write(text.substr(300), "ab");  // a member of its own
  CHECK(metric_value(read(), "time") == Approx(36.128));
  const std::string whole = read_bytes(path);
  for (const size_t kept : {whole.size() - 1, whole.size() / 2, size_t{20}, size_t{4}}) {
    write_bytes(path, whole.substr(0, kept));
    CHECK(refusal(read) == path + ": file: expected a whole gzip file, found one that is cut off");
  }
  for (const std::string& damaged : {whole + "more", [&] {
                                       std::string bytes = whole;
                                       bytes[bytes.size() - 6] ^= 1;  // of the check value
                                       return bytes;
                                     }()}) {
    write_bytes(path, damaged);
    CHECK(refusal(read).find(path + ": file: expected a whole gzip file, found incorrect ") == 0);
  }
}

TEST_CASE("pytorch_import refuses what is no trace of kernels, naming the event", "[negative][gpu]") {
  const std::string good = torch_trace({{}});
  CHECK(torch_refused(good.substr(0, good.size() - 40))
            .find("trace.json: file: expected a whole Chrome trace in JSON, found ") == 0);
  CHECK(torch_refused("").find("trace.json: file: ") == 0);
  CHECK(torch_refused("7").find("a Chrome trace (an object with traceEvents, or an array of events)") !=
        std::string::npos);
  CHECK(torch_refused(torch_trace({})) ==
        "trace.json: traceEvents: expected events of category kernel (ProfilerActivity.CUDA), found none "
        "among 3");
  CHECK(torch_refused("{\"traceEvents\":7}").find("none among 0") != std::string::npos);
  CHECK(torch_refused(with(good, "36.128", "\"36.128\"")) ==
        "trace.json: column dur: expected a number of microseconds >= 0, found \"36.128\"");
  CHECK(
      torch_refused(with(good, "36.128", "-1")).find("column dur: expected a number of microseconds >= 0") !=
      std::string::npos);
  CHECK(torch_refused(with(good, "\"dur\"", "\"durr\"")).find("column dur") != std::string::npos);
  CHECK(torch_refused(with(good, "36.128", "0")) == "trace.json: column dur: expected a time > 0, found 0");
  CHECK(torch_refused(with(good, "\"ts\":1000", "\"ts\":null")) ==
        "trace.json: traceEvents[3].ts: expected a number of microseconds, found none");
  CHECK(torch_refused(with(good, "\"dur\":36.128", "\"dur\":36.128,\"dur\":3")) ==
        "trace.json: traceEvents[3].dur: expected each key once, found a second one");
  CHECK(torch_refused(with(good, "\"name\":\"void scan_kernel<float>(Params)\"", "\"name\":7")) ==
        "trace.json: traceEvents[3].name: expected a kernel's name, found none");
  CHECK(torch_refused(with(good, "36.128", "1e999")).find("trace.json: ") == 0);
}

}  // namespace scansim::test
