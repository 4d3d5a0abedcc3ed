// --outputs: the values of every rung as tensors, through the one writer, and the script that dumps a call.
#include <catch2/catch.hpp>
#include <cmath>
#include <cstring>

#include "tests/support/places.h"
#include "tests/system/shell_run.h"
#include "traces/safetensors.h"

namespace scansim::test {
namespace {

const std::string run_outputs = "$S compare t.safetensors --config tiny --rungs ref,hls,systemc --outputs ";

std::vector<float> floats_in(const safetensors_file& file, const std::string& name,
                             const std::vector<int64_t>& shape) {
  CAPTURE(file.path(), name);
  const tensor_entry* entry = file.find(name);
  REQUIRE(entry != nullptr);
  CHECK(entry->shape == shape);
  CHECK(entry->dtype == tensor_dtype::f32);
  return file.read_floats(*entry);
}

// Relative mean squared error.
double distance(const std::vector<float>& got, const std::vector<float>& want) {
  double error = 0, power = 0;
  for (size_t i = 0; i < want.size(); ++i) {
    error += (got[i] - want[i]) * (got[i] - want[i]);
    power += want[i] * want[i];
  }
  return error / power;
}

// Every value is its integer times a power of two.
void check_integers(const safetensors_file& file, const std::string& name, const std::vector<float>& values) {
  const tensor_entry* entry = file.find(name + ".integer");
  REQUIRE(entry != nullptr);
  REQUIRE(entry->dtype == tensor_dtype::i32);
  REQUIRE(entry->count() == values.size());
  const auto facts = nlohmann::json::parse(file.metadata().at("scansim"));
  const std::vector<int> bits = facts["fraction_bits"][name];
  REQUIRE_FALSE(bits.empty());
  for (size_t i = 0; i < values.size(); ++i) {
    int32_t integer = 0;
    std::memcpy(&integer, entry->data + i * sizeof integer, sizeof integer);
    CHECK(std::ldexp(static_cast<float>(integer), -bits[i % bits.size()]) == values[i]);
  }
}

// A call of every operator with what it gives besides y.
struct generated_call {
  std::string options;
  std::vector<std::string> outputs;
};
const std::vector<generated_call> operators = {
    {"--operator selective_scan --channels 6 --states 8 --length 9 --batch 2", {"y", "h_last"}},
    {"--operator selective_scan --channels 4 --states 8 --length 9 --state-pattern 2:4", {"y", "h_last"}},
    {"--operator gemm --rows 5 --inner 24 --columns 7", {"y"}},
    {"--operator gemm --rows 5 --inner 24 --columns 7 --epilogue raw", {"y"}},
    {"--operator conv1d --channels 6 --length 9", {"y", "state.conv"}},
    {"--operator hadamard --size 64 --rows 4", {"y"}},
    {"--operator rms_norm --size 64 --rows 4", {"y"}},
    {"--operator mamba_block --model-width 16 --channels 32 --states 8 --length 9",
     {"y", "state.h", "state.conv"}},
};

}  // namespace

TEST_CASE("rung outputs are the values of the recorded call in its shape, on every rung", "[outputs][cli]") {
  const shell_folder folder;
  const program_end end = folder.run(run_outputs + "deep/o --json r");
  CAPTURE(end.out, end.err);
  REQUIRE(end.status == 0);
  CHECK(folder.run("ls -A deep/o").out == "hls.safetensors\nref.safetensors\nsystemc.safetensors\n");
  CHECK(nlohmann::json::parse(read_bytes(folder.file("r")))["files"] ==
        std::vector<std::string>{"deep/o/ref.safetensors", "deep/o/hls.safetensors",
                                 "deep/o/systemc.safetensors", "r"});
  const auto trace = safetensors_file::open(folder.file("t.safetensors"));
  const auto ref = safetensors_file::open(folder.file("deep/o/ref.safetensors"));
  CHECK(ref.tensors().size() == 2);
  const std::vector<int64_t> y_shape = trace.find("expect.y")->shape;
  const std::vector<int64_t> state_shape = trace.find("expect.h_last")->shape;
  const std::vector<float> y = floats_in(ref, "y", y_shape), h = floats_in(ref, "h_last", state_shape);
  CHECK(distance(y, trace.read_floats(*trace.find("expect.y"))) < 1e-10);
  CHECK(distance(h, trace.read_floats(*trace.find("expect.h_last"))) < 1e-10);
  for (const std::string rung : {"hls", "systemc"}) {
    const auto file = safetensors_file::open(folder.file("deep/o/" + rung + ".safetensors"));
    const std::vector<float> got = floats_in(file, "y", y_shape),
                             state = floats_in(file, "h_last", state_shape);
    CHECK(distance(got, y) < 1e-2);
    CHECK(distance(state, h) < 1e-2);
    check_integers(file, "y", got);
    check_integers(file, "h_last", state);
  }
}

TEST_CASE("rung outputs of every operator have every output's values and integers", "[outputs][cli]") {
  for (const generated_call& one : operators) {
    CAPTURE(one.options);
    const shell_folder folder;
    const program_end end = folder.run("$S trace generate " + one.options +
                                       " --out g.safetensors --seed 5 && $S compare g.safetensors --config "
                                       "block-tiny --rungs ref,hls --outputs o");
    CAPTURE(end.out, end.err);
    REQUIRE(end.status == 0);
    const auto ref = safetensors_file::open(folder.file("o/ref.safetensors"));
    const auto hls = safetensors_file::open(folder.file("o/hls.safetensors"));
    CHECK(hls.tensors().size() == 2 * one.outputs.size());
    for (const std::string& name : one.outputs) {
      REQUIRE(hls.find(name) != nullptr);
      const std::vector<float> values = floats_in(hls, name, hls.find(name)->shape);
      CHECK(hls.find(name)->shape.size() >= 2);
      check_integers(hls, name, values);
      if (const tensor_entry* want = ref.find(name)) {
        CHECK(want->shape == hls.find(name)->shape);
        CHECK(distance(values, ref.read_floats(*want)) < 2e-2);
      }
    }
  }
}

TEST_CASE("rung outputs go by the rules of every output", "[outputs][cli]") {
  const shell_folder folder;
  REQUIRE(folder
              .run("mkdir o; echo old > file; ln -s nowhere dangling; cp t.safetensors o/hls.safetensors; "
                   "mkdir o2; echo old > o2/real; ln -s real o2/hls.safetensors")
              .status == 0);
  struct refusal {
    std::string arguments, named;
  };
  for (const refusal& one : std::vector<refusal>{
           {"t.safetensors --rungs ref,hls --outputs file", "expected a folder, found file"},
           {"t.safetensors --rungs ref,hls --outputs file/o", "expected a folder, found file/o"},
           {"t.safetensors --rungs ref,hls --outputs dangling", "expected a folder, found dangling"},
           {"t.safetensors --rungs ref,hls --outputs -", "expected a folder, found -"},
           {"t.safetensors --rungs ref,hls --outputs /proc/o", "a folder that can be written"},
           {"t.safetensors --rungs ref,hls --outputs ''", "found ''"},
           {"o/hls.safetensors --rungs ref,hls --outputs o", "expected another file than one that is read"},
           {"o/hls.safetensors --outputs ./o/../o", "expected another file than one that is read"},
           {"t.safetensors --rungs ref,hls --outputs o --json o/ref.safetensors",
            "expected another file than that of --json"},
           {"t.safetensors --rungs nonsense --outputs o", "--rungs"},
       }) {
    CAPTURE(one.arguments);
    const program_end end = folder.run("$S compare --config tiny " + one.arguments);
    CAPTURE(end.out, end.err);
    CHECK(end.status == 2);
    CHECK(end.error_lines() == 1);
    CHECK(end.out.empty());
    CHECK(contains(end.err, one.named));
  }
  CHECK(folder.run("cmp t.safetensors o/hls.safetensors && ls -A o").out == "hls.safetensors\n");
  CHECK(folder.run("$S compare t.safetensors --config tiny --rungs ref,hls --outputs o2").status == 0);
  CHECK(std::filesystem::is_symlink(folder.file("o2/hls.safetensors")));
  CHECK_NOTHROW(safetensors_file::open(folder.file("o2/real")));
  CHECK(folder.run("$S run t.safetensors --config tiny --rung hls --outputs o3 && ls o3").status == 0);
  const program_end none =
      folder.run("$S run t.safetensors --config tiny --rung gpu --gpu modelled --outputs o4");
  CHECK(contains(none.out, "outputs: none; no rung of this run has values"));
  CHECK(folder.left() == "dangling file o o2 o3");
}

TEST_CASE("rung outputs on a full disk cost themselves and not the report", "[outputs][cli]") {
  if (!can_mount()) return;
  const shell_folder folder;
  const program_end end = folder.run("mkdir m; mount -t tmpfs -o size=8k tmpfs m; " + run_outputs +
                                     "m --json r; s=$?; ls -A m; umount m; exit $s");
  CAPTURE(end.out, end.err);
  CHECK(end.status == 3);
  CHECK(contains(end.out, "verdict: agree"));
  CHECK(end.error_lines() == 1);
  CHECK(contains(end.err, "cannot be written: No space left on device"));
  CHECK_FALSE(contains(end.out, "partial"));
}

// With tensors of the least that the script asks for, and with those of PyTorch where it is installed.
TEST_CASE("dump_scan.py writes the call that it is given", "[outputs][cli]") {
  const shell_folder folder;
  if (folder.run("python3 -c 'import struct'").status != 0) {
    WARN("not run: there is no python3 here");
    return;
  }
  write_bytes(folder.file("dump.py"), R"(import json, struct, sys
sys.path.insert(0, sys.argv[1])
from dump_scan import dump_scan
raw = open("t.safetensors", "rb").read()
size = struct.unpack("<Q", raw[:8])[0]
header = json.loads(raw[8:8 + size])
softplus = json.loads(header.pop("__metadata__")["scansim"])["delta_softplus"]
class stand_in:
    dtype = "torch.float32"
    def __init__(self, shape, values): self.shape, self.values = shape, values
    def __getattr__(self, name): return lambda: self  # detach, cpu, double, flatten
    def tolist(self): return self.values
def tensor(name, kind):
    entry = header[name]
    begin, end = (8 + size + offset for offset in entry["data_offsets"])
    values = list(struct.unpack("<%df" % ((end - begin) // 4), raw[begin:end]))
    if sys.argv[2] == "stand-in": return stand_in(entry["shape"], values)
    import torch
    given = torch.tensor(values).reshape(entry["shape"])
    if name in ("u", "delta", "B", "C", "z"): given = given.transpose(-1, -2).contiguous().transpose(-1, -2)
    return given.to(getattr(torch, kind)).requires_grad_()
for kind in ("float32", "float16", "bfloat16", "float64") if sys.argv[2] == "torch" else ("float32",):
    t = {name.split(".")[-1]: tensor(name, kind) for name in header}
    dump_scan(kind + ".safetensors", delta_softplus=softplus, **t)
)");
  const std::string script = source_dir() + "/traces";
  const program_end plain = folder.run("python3 dump.py " + script + " stand-in");
  CAPTURE(plain.err);
  REQUIRE(plain.status == 0);
  const auto given = safetensors_file::open(folder.file("t.safetensors"));
  const auto same = [&](const std::string& kind, double most) {
    const auto dumped = safetensors_file::open(folder.file(kind + ".safetensors"));
    CHECK(dumped.tensors().size() == given.tensors().size());
    for (const tensor_entry& entry : given.tensors()) {
      CAPTURE(kind, entry.name);
      REQUIRE(dumped.find(entry.name) != nullptr);
      CHECK(dumped.find(entry.name)->shape == entry.shape);
      CHECK(distance(dumped.read_floats(*dumped.find(entry.name)), given.read_floats(entry)) <= most);
    }
    const program_end end = folder.run("$S compare " + kind + ".safetensors --config tiny --rungs ref,hls");
    CAPTURE(end.out, end.err);
    CHECK(end.status == 0);
  };
  same("float32", 0);
  if (folder.run("/usr/bin/python3 -c 'import torch'").status != 0) {
    WARN("not run with PyTorch: /usr/bin/python3 has no torch (Debian: python3-torch)");
    return;
  }
  const program_end torch = folder.run("/usr/bin/python3 dump.py " + script + " torch");
  CAPTURE(torch.err);
  REQUIRE(torch.status == 0);
  same("float32", 0);
  same("float64", 0);
  same("float16", 1e-5);
  same("bfloat16", 1e-4);
}

}  // namespace scansim::test
