// The format layer: what is written is read back, and each way of breaking the format is refused by the right
// field.
#include "traces/safetensors.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "raw_safetensors.h"

using namespace scansim;
using namespace scansim::test;

namespace {

const std::string good_header =
    R"({"__metadata__":{"k":"v"},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},)"
    R"("b":{"dtype":"I8","shape":[3],"data_offsets":[8,11]}})";

struct malformation {
  const char* what;
  std::string bytes;
  const char* field;     // must follow the file name in the message
  const char* fragment;  // must occur in the rest
};

// One tensor "a" with `dtype`, `shape` and `offsets` as JSON text, over `data` zero bytes.
std::string one_tensor(const std::string& dtype, const std::string& shape, const std::string& offsets,
                       size_t data) {
  return raw_safetensors(
      R"({"a":{"dtype":)" + dtype + R"(,"shape":)" + shape + R"(,"data_offsets":)" + offsets + "}}",
      std::string(data, '\0'));
}

std::string two_tensors(const std::string& first, const std::string& second, size_t data) {
  return raw_safetensors(R"({"a":{"dtype":"U8","shape":[4],"data_offsets":)" + first +
                             R"(},"b":{"dtype":"U8","shape":[4],"data_offsets":)" + second + "}}",
                         std::string(data, '\0'));
}

std::vector<malformation> header_malformations() {
  const std::string nested(200000, '[');
  return {
      {"empty file", "", "file", "at least 10 bytes (8 of header length, then JSON), found 0"},
      {"seven bytes", "1234567", "file", "found 7"},
      {"length beyond the file", with_length("{}", "", 3), "header length", "found 3"},
      {"length of 2^64 - 1", with_length("{}", "", ~uint64_t{0}), "header length", "18446744073709551615"},
      {"length zero", with_length("{}", "", 0), "header length", "found 0"},
      {"not JSON", raw_safetensors("{\"a\":", ""), "header", "a syntax error at byte"},
      {"text after the object", raw_safetensors("{} x", ""), "header", "syntax error"},
      {"an array", raw_safetensors("[]", ""), "header", "a JSON object"},
      {"a byte order mark", raw_safetensors("\xef\xbb\xbf{}", ""), "header", "a JSON object"},
      {"invalid UTF-8", raw_safetensors("{\"\xff\":1}", ""), "header", "valid UTF-8"},
      {"deep nesting", raw_safetensors("{\"a\":" + nested, ""), "header", "3 nested levels"},
      {"duplicate tensor",
       raw_safetensors(R"({"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"a":{}})", ""), "header",
       "\"a\" twice"},
      {"duplicate key in a tensor", raw_safetensors(R"({"a":{"dtype":"U8","dtype":"U8"}})", ""), "header",
       "\"dtype\" twice"},
      {"duplicate metadata", raw_safetensors(R"({"__metadata__":{"k":"1","k":"2"}})", ""), "header",
       "\"k\" twice"},
      {"metadata a list", raw_safetensors(R"({"__metadata__":[]})", ""), "__metadata__",
       "an object of strings"},
      {"metadata a number", raw_safetensors(R"({"__metadata__":{"k":1}})", ""), "__metadata__.k", "a string"},
      {"number out of range", raw_safetensors(R"({"a":1e999})", ""), "header", "JSON"},
  };
}

std::vector<malformation> tensor_malformations() {
  return {
      {"tensor a number", raw_safetensors(R"({"a":1})", ""), "a", "an object"},
      {"unknown key", raw_safetensors(R"({"a":{"stride":[1]}})", ""), "a.stride", "only dtype, shape"},
      {"dtype missing", raw_safetensors(R"({"a":{"shape":[1],"data_offsets":[0,1]}})", "0"), "a.dtype",
       "nothing"},
      {"dtype unknown", one_tensor("\"F31\"", "[1]", "[0,4]", 4), "a.dtype", "\"F31\""},
      {"dtype a number", one_tensor("32", "[1]", "[0,4]", 4), "a.dtype", "found 32"},
      {"shape missing", raw_safetensors(R"({"a":{"dtype":"U8","data_offsets":[0,1]}})", "0"), "a.shape",
       "nothing"},
      {"shape a number", one_tensor("\"U8\"", "1", "[0,1]", 1), "a.shape", "an array"},
      {"shape negative", one_tensor("\"U8\"", "[-1]", "[0,1]", 1), "a.shape", "found -1"},
      {"shape fractional", one_tensor("\"U8\"", "[1.5]", "[0,1]", 1), "a.shape", "found 1.5"},
      {"shape a float", one_tensor("\"U8\"", "[1.0]", "[0,1]", 1), "a.shape", "integers"},
      {"shape above 2^63", one_tensor("\"U8\"", "[9223372036854775808]", "[0,1]", 1), "a.shape", "integers"},
      {"product overflows", one_tensor("\"U8\"", "[4294967296,4294967296]", "[0,0]", 0), "a.shape",
       "63 bits"},
      {"overflow beside a zero", one_tensor("\"U8\"", "[0,4294967296,4294967296]", "[0,0]", 0), "a.shape",
       "63 bits"},
      {"bytes overflow", one_tensor("\"F64\"", "[2305843009213693952]", "[0,0]", 0), "a.shape", "63 bits"},
      {"offsets missing", raw_safetensors(R"({"a":{"dtype":"U8","shape":[0]}})", ""), "a.data_offsets",
       "nothing"},
      {"one offset", one_tensor("\"U8\"", "[1]", "[0]", 1), "a.data_offsets", "two integers"},
      {"three offsets", one_tensor("\"U8\"", "[1]", "[0,1,2]", 1), "a.data_offsets", "two integers"},
      {"negative offset", one_tensor("\"U8\"", "[1]", "[-1,0]", 1), "a.data_offsets", "two integers"},
      {"fractional offset", one_tensor("\"U8\"", "[1]", "[0,1.5]", 1), "a.data_offsets", "two integers"},
      {"begin after end", one_tensor("\"U8\"", "[1]", "[1,0]", 1), "a.data_offsets", "begin <= end"},
      {"end outside the file", one_tensor("\"U8\"", "[2]", "[0,2]", 1), "a.data_offsets", "end <= 1"},
      {"end of 2^64 - 1", one_tensor("\"U8\"", "[2]", "[0,18446744073709551615]", 1), "a.data_offsets",
       "end <= 1"},
      {"size unlike shape", one_tensor("\"F32\"", "[2]", "[0,4]", 4), "a.data_offsets",
       "8 bytes (shape x F32)"},
      {"overlap", two_tensors("[0,4]", "[2,6]", 6), "b.data_offsets", "(an overlap)"},
      {"same bytes twice", two_tensors("[0,4]", "[0,4]", 4), "b.data_offsets", "(an overlap)"},
      {"gap at the start", two_tensors("[1,5]", "[5,9]", 9), "a.data_offsets", "(a gap)"},
      {"gap in the middle", two_tensors("[0,4]", "[5,9]", 9), "b.data_offsets", "(a gap)"},
      {"trailing bytes", two_tensors("[0,4]", "[4,8]", 9), "data",
       "8 bytes, the sum of the tensors, found 9"},
      {"control characters in a name", raw_safetensors(R"({"a\nb":1})", ""), "a\\x0ab", "an object"},
  };
}

void check_refused(const std::vector<malformation>& cases) {
  temporary_folder folder;
  const std::string path = folder.file("t.safetensors");
  for (const auto& one : cases) {
    write_bytes(path, one.bytes);
    const std::string message = refusal([&] { safetensors_file::open(path); });
    INFO(one.what << ": " << message);
    CHECK(message.rfind(path + ": " + one.field + ": expected ", 0) == 0);
    CHECK(message.find(one.fragment) != std::string::npos);
    CHECK(message.find('\n') == std::string::npos);
  }
}

}  // namespace

TEST_CASE("safetensors reader returns what the writer was given", "[format][traces]") {
  temporary_folder folder;
  const std::string path = folder.file("t.safetensors");
  const std::vector<float> a = {1.5f, -2.0f, 0.0f, 3.0f, 4.0f, 5.0f};
  const int8_t bytes[3] = {1, -2, 3};
  const double scalar = 0.1;
  safetensors_writer writer;
  writer.add("small", tensor_dtype::i8, {3}, bytes, sizeof bytes);
  writer.add_floats("a", {2, 3}, a);
  writer.add("scalar", tensor_dtype::f64, {}, &scalar, sizeof scalar);
  writer.add("none", tensor_dtype::bf16, {4, 0}, nullptr, 0);
  writer.set_metadata("key", "text with \"quotes\" and \u00e9");
  writer.write(path);

  const auto file = safetensors_file::open(path);
  REQUIRE(file.tensors().size() == 4);
  CHECK(file.metadata().at("key") == "text with \"quotes\" and \u00e9");
  REQUIRE(file.find("a") != nullptr);
  CHECK(file.find("a")->shape == std::vector<int64_t>{2, 3});
  CHECK(file.read_floats(*file.find("a")) == a);
  CHECK(reinterpret_cast<uintptr_t>(file.find("a")->data) % 8 == 0);
  CHECK(file.read_floats(*file.find("scalar")) == std::vector<float>{0.1f});
  CHECK(file.find("none")->count() == 0);
  CHECK(file.read_floats(*file.find("none")).empty());
  CHECK(std::memcmp(file.find("small")->data, bytes, 3) == 0);
  CHECK(file.find("absent") == nullptr);
  const std::string message = refusal([&] { file.read_floats(*file.find("small")); });
  CHECK(message == path + ": small.dtype: expected F64, F32, F16 or BF16, found I8");
}

TEST_CASE("safetensors reader accepts other writers' files", "[format][traces]") {
  temporary_folder folder;
  const std::string path = folder.file("t.safetensors");
  write_bytes(path, raw_safetensors(good_header, std::string(11, '\0')));  // unpadded header, misaligned data
  CHECK(safetensors_file::open(path).read_floats(*safetensors_file::open(path).find("a")).size() == 2);
  write_bytes(path, raw_safetensors("{}      ", ""));
  CHECK(safetensors_file::open(path).tensors().empty());
}

TEST_CASE("safetensors reader converts every F16 and BF16 value exactly", "[format][traces]") {
  for (uint32_t bits = 0; bits < 0x10000; ++bits) {
    const auto word = static_cast<uint16_t>(bits);
    const tensor_entry half{"x", tensor_dtype::f16, {1}, reinterpret_cast<const std::byte*>(&word), 2};
    const tensor_entry brain{"x", tensor_dtype::bf16, {1}, reinterpret_cast<const std::byte*>(&word), 2};
    const float from_half = read_floats(half)[0], from_brain = read_floats(brain)[0];

    const auto value = [bits](int fraction_bits, int bias) {  // the definition of an IEEE value
      const double sign = (bits >> 15) != 0 ? -1.0 : 1.0;
      const int exponent = static_cast<int>((bits & 0x7fffu) >> fraction_bits);
      const auto fraction =
          static_cast<double>(bits & ((1u << fraction_bits) - 1)) * std::ldexp(1, -fraction_bits);
      if (exponent == 2 * bias + 1)
        return fraction != 0 ? std::nan("") : sign * std::numeric_limits<double>::infinity();
      return sign *
             (exponent == 0 ? std::ldexp(fraction, 1 - bias) : std::ldexp(1 + fraction, exponent - bias));
    };
    for (const auto& [got, want] :
         {std::pair{from_half, value(10, 15)}, std::pair{from_brain, value(7, 127)}}) {
      if (std::isnan(want) ? !std::isnan(got) : (got != want || std::signbit(got) != std::signbit(want))) {
        FAIL("bits " << bits << ": got " << got << ", want " << want);
      }
    }
  }
}

TEST_CASE("safetensors reader refuses malformed headers by field", "[format][traces]") {
  check_refused(header_malformations());
}

TEST_CASE("safetensors reader refuses malformed tensors by field", "[format][traces]") {
  check_refused(tensor_malformations());
}

TEST_CASE("safetensors reader refuses a header above 100 MB", "[format][traces]") {
  temporary_folder folder;
  const std::string path = folder.file("t.safetensors");
  write_bytes(path, with_length("{", "", 100'000'001));
  std::filesystem::resize_file(path, 100'000'100);  // sparse
  CHECK(refusal([&] { safetensors_file::open(path); }) ==
        path + ": header length: expected 2 to 100000000 bytes, found 100000001");
}

TEST_CASE("safetensors reader refuses what is not a file", "[format][traces]") {
  temporary_folder folder;
  const auto message_of = [](const std::string& path) {
    return refusal([&] { safetensors_file::open(path); });
  };
  CHECK(message_of(folder.file("absent")) ==
        folder.file("absent") + ": file: expected a readable file, found No such file or directory");
  CHECK(message_of(folder.path().string()).find("found a directory") != std::string::npos);
  REQUIRE(::mkfifo(folder.file("pipe").c_str(), 0600) == 0);
  CHECK(message_of(folder.file("pipe")).find("a regular file") != std::string::npos);
}

TEST_CASE("safetensors writer leaves the old file when it cannot write", "[format][traces]") {
  temporary_folder folder;
  safetensors_writer writer;
  const std::vector<float> one = {1.0f};
  writer.add_floats("a", {1}, one);
  CHECK_THROWS_AS(writer.add_floats("a", {1}, one), std::invalid_argument);
  CHECK_THROWS_AS(writer.add_floats("b", {2}, one), std::invalid_argument);
  CHECK_THROWS_AS(writer.add_floats("c", {-1}, one), std::invalid_argument);
  CHECK_THROWS_AS(writer.write(folder.file("no/such/folder")), tool_error);

  std::filesystem::create_directory(
      folder.file("occupied"));  // a rename onto a folder fails after the data is out
  CHECK_THROWS_AS(writer.write(folder.file("occupied")), tool_error);
  size_t entries = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder.path())) ++entries;
  CHECK(entries == 1);
}
