// Token ids from files: every form gives the same ids, and what is no sequence of ids is refused by name.
#include "models/nn/token_file.h"

#include <catch2/catch.hpp>

#include "tests/traces/raw_safetensors.h"
#include "traces/safetensors.h"

using namespace scansim;
using namespace scansim::test;
using namespace std::string_literals;

namespace {

const std::vector<int32_t> wanted = {3, 0, 50279, 7};

template <class Integer>
std::string bytes_of(const std::vector<Integer>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(Integer)};
}

std::string npy(const std::string& descr, const std::string& shape, const std::string& data,
                const std::string& order = "False") {
  std::string header = "{'descr': '" + descr + "', 'fortran_order': " + order + ", 'shape': " + shape + ", }";
  header += std::string(118 - header.size() - 1, ' ') + "\n";
  return "\x93NUMPY\x01\x00"s + static_cast<char>(header.size()) + '\0' + header + data;
}

std::string safetensors(const std::string& name, const std::string& dtype, const std::string& shape,
                        const std::string& data) {
  return raw_safetensors("{\"" + name + "\":{\"dtype\":\"" + dtype + "\",\"shape\":" + shape +
                             ",\"data_offsets\":[0," + std::to_string(data.size()) + "]}}",
                         data);
}

token_file read(const std::string& bytes, int64_t vocabulary = 50280) {
  const temporary_folder folder;
  write_bytes(folder.file("t"), bytes);
  return read_tokens(folder.file("t"), vocabulary);
}

std::string failure(const std::string& bytes, int64_t vocabulary = 50280) {
  return refusal([&] { read(bytes, vocabulary); });
}

}  // namespace

TEST_CASE("token_file nn reads ids in every form", "[format][nn]") {
  const std::string wide = bytes_of<int64_t>({3, 0, 50279, 7}), narrow = bytes_of<int32_t>({3, 0, 50279, 7});
  for (const std::string& bytes :
       {"3 0 50279 7"s, "3,0,50279,7\n"s, "[3, 0, 50279, 7]"s, "[[3, 0, 50279, 7]]\n"s,
        "3\r\n0\r\n50279\r\n7\r\n"s, "3,\n0,\n50279,\n7,\n"s,
        "\xef\xbb\xbf"
        "3\t0\t50279\t7"s,
        npy("<i8", "(4,)", wide), npy("<i4", "(1, 4)", narrow),
        npy("<u2", "(4,)", bytes_of<uint16_t>({3, 0, 50279, 7})), npy("<i8", "(1, 4)", wide, "True"),
        safetensors("ids", "I64", "[4]", wide), safetensors("input_ids", "I32", "[1,4]", narrow)}) {
    CAPTURE(bytes.substr(0, 60));
    CHECK(read(bytes).ids == wanted);
  }
  CHECK(read("1 2").form == "text of integers");
  CHECK(read(npy("<i4", "(4,)", narrow)).form == "numpy array (<i4)");
  CHECK(read(safetensors("ids", "I64", "[4]", wide)).form == "tensor ids (I64)");
}

TEST_CASE("token_file nn refuses what is no sequence of ids of the model", "[negative][nn]") {
  const std::string narrow = bytes_of<int32_t>({3, -1, 5, 7});
  const std::pair<std::string, const char*> files[] = {
      {"3 0 50280", "token[2]: expected a token id, 0 to 50279, found 50280"},
      {"3 -1", "token[1]: expected a token id, 0 to 50279, found -1"},
      {"3 0x10", "line 1: expected integers"},
      {"3 1.5", "\"1.5\""},
      {"3 4\nAnd it came to pass", "line 2: expected integers"},
      {"99999999999999999999", "integers"},
      {"3,,4", "line 1: expected an integer between two commas, found none"},
      {"3,\n5, ,4", "line 2: expected an integer between two commas"},
      {"[1, 2, 3", "expected as many ] as [, found 1 [ and 0 ]"},
      {"[[1, 2], [3", "found 3 [ and 1 ]"},
      {"1 2]", "found 0 [ and 1 ]"},
      {",3", "line 1: expected an integer in front of the first comma"},
      {"", "an empty file"},
      {" \n", "at least one token id"},
      {npy("<i4", "(4,)", narrow), "array[1]: expected a token id"},
      {npy("<f4", "(4,)", narrow), "descr: expected little-endian integers"},
      {npy(">i4", "(4,)", narrow), "descr"},
      {npy("<i4", "(2, 2)", narrow), "array.shape"},
      {npy("<i4", "()", narrow), "array.shape"},
      {npy("<i4", "(5,)", narrow), "data: expected 5 elements"},
      {npy("<i4", "(3,)", narrow), "data: expected 3 elements"},
      {npy("<i4", "(4,)", narrow).substr(0, 60), "a cut file"},
      {safetensors("ids", "F32", "[4]", narrow), "ids.dtype: expected integers"},
      {safetensors("ids", "I32", "[2,2]", narrow), "ids.shape"},
      {safetensors("ids", "U64", "[2]", narrow), "ids[0]"},
      {raw_safetensors("{}", ""), "one tensor of token ids"},
      {"PK\x03\x04" + std::string(40, '\0'), "a zip archive"}};
  for (const auto& [bytes, part] : files) {
    const std::string message = failure(bytes);
    CAPTURE(message);
    CHECK(message.find(part) != std::string::npos);
  }
}

TEST_CASE("token_file nn takes bytes for tokens of a vocabulary of 256 alone", "[negative][nn]") {
  const temporary_folder folder;
  const std::string path = folder.file("t.txt");
  write_bytes(path, "In the\xff\n");
  CHECK(read_text_bytes(path, 256).size() == 8);
  for (const int64_t vocabulary : {128, 257, 50280})
    CHECK(refusal([&] { read_text_bytes(path, vocabulary, "--tokens FILE"); }).find("--tokens FILE") !=
          std::string::npos);
  write_bytes(path, "version https://git-lfs.github.com/spec/v1\n");
  CHECK(refusal([&] { read_text_bytes(path, 256); }).find("Git LFS pointer") != std::string::npos);
  write_bytes(path, "");
  CHECK(refusal([&] { read_text_bytes(path, 256); }).find("an empty file") != std::string::npos);
}

TEST_CASE("token_file nn takes the bytes of texts, and of nothing else", "[negative][nn]") {
  const temporary_folder folder;
  const std::string path = folder.file("text");
  for (const std::string& text : {"And it came to pass\n"s, "Gr\xfc\xdf \xfe\xff"s, "\x1b[1mbold\x1b[0m"s,
                                  "\x0c\x08\x7f"s, "{\"a\": 1}"s, "caf\xc3\xa9"s}) {
    CAPTURE(text);
    write_bytes(path, text);
    CHECK(read_text_bytes(path, 256).size() == text.size());
  }
  // Far behind what is looked at to know a file by its beginning, and as the last byte.
  const std::pair<std::string, const char*> files[] = {
      {"caf\xe9\0 au lait"s, "0x00 at byte 4"},
      {std::string(70000, 'a') + '\0' + "b", "0x00 at byte 70000"},
      {"text\0"s, "0x00 at byte 4"},
      {"A\0n\0d\0"s, "0x00 at byte 1"},
      {"\xff\xfe"
       "A\0n\0d\0"s,
       "UTF-16"},
      {std::string(64, '\0'), "zeros"},
      {"\x01\x02\x03\0\x05"s, "0x00 at byte 3"}};
  for (const auto& [bytes, expected] : files) {
    CAPTURE(expected);
    write_bytes(path, bytes);
    CHECK_THAT(refusal([&] { read_text_bytes(path, 256, "--tokens FILE"); }),
               Catch::Contains(path + ": file: expected a text") && Catch::Contains(expected));
  }
  write_bytes(path, "a\0b"s);
  CHECK_THAT(refusal([&] { read_text_bytes(path, 256, "--tokens FILE"); }),
             Catch::Contains("(bytes that are none: --tokens FILE, an array of U8)"));
  // The way that the message names.
  write_bytes(path, npy("|u1", "(3,)", "a\0b"s));
  CHECK(read_tokens(path, 256).ids == std::vector<int32_t>{'a', 0, 'b'});
  write_bytes(path, safetensors("bytes", "U8", "[3]", "a\0b"s));
  CHECK(read_tokens(path, 256).ids == std::vector<int32_t>{'a', 0, 'b'});
}
