// Files that are not what a reader asked for are named by what they are.
#include "traces/file_kind.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "raw_safetensors.h"
#include "traces/mapped_file.h"
#include "traces/safetensors.h"
#include "traces/strict_json.h"
#include "traces/yaml_document.h"

using namespace scansim;
using namespace scansim::test;
using namespace std::string_literals;

namespace {

struct named_bytes {
  const char* what;
  std::string bytes;
  const char* name;
};

std::string zip_of(const std::string& member) {
  std::string bytes = "PK\x03\x04"s + std::string(22, '\0');
  bytes += static_cast<char>(member.size());
  return bytes + std::string(3, '\0') + member + std::string(64, '\0');
}

const std::vector<named_bytes>& foreign_files() {
  static const std::vector<named_bytes> files = {
      {"LFS pointer", "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n",
       "Git LFS pointer"},
      {"annex pointer", "/annex/objects/SHA256E-s9--00.safetensors\n", "git-annex pointer"},
      {"Parquet", "PAR1\x15\x04\x15"s + std::string(30, '\0'), "a Parquet file"},
      {"Arrow", "ARROW1\0\0"s + std::string(30, '\x10'), "an Arrow file"},
      {"zeros", std::string(5000, '\0'), "zeros"},
      {"torch.save", zip_of("archive/data.pkl"), "torch.save"},
      {"npz", zip_of("u.npy"), "numpy arrays (.npz)"},
      {"zip", zip_of("word/document.xml"), "a zip archive"},
      {"npy", "\x93NUMPY\x01\x00v\x00{'descr': '<f4'"s + std::string(80, ' '), "a numpy array"},
      {"pickle 4", "\x80\x04\x95\x10\x00\x00\x00\x00\x00\x00\x00}\x94."s, "a Python pickle"},
      {"pickle 2", "\x80\x02}q\x00X\x01\x00\x00\x00uq\x01."s, "a Python pickle"},
      {"pickle 0", "(dp0\nVu\np1\nI1\ns.", "a Python pickle"},
      {"gzip", "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x01"s, "a gzip file"},
      {"tar", std::string(257, 'a') + "ustar" + std::string(250, '\0'), "a tar archive"},
      {"HTML", "<!DOCTYPE html>\n<html><body>404</body></html>", "an HTML page"},
      {"index", R"({"metadata": {}, "weight_map": {"u": "a.safetensors"}})",
       "the index of a sharded checkpoint"},
      {"JSON", R"({"u": [1, 2, 3]})", "JSON text"},
      {"CSV", "u,delta\n1.0,2.0\n", "text"},
      {"white space", " \n\n       ", "white space"},
      {"UTF-16",
       "\xff\xfe"
       "a\0:\0 \0001\0"s,
       "text in UTF-16"}};
  return files;
}

std::string yaml_refusal(const std::string& bytes) {
  const temporary_folder folder;
  const std::string path = folder.file("x.yaml");
  write_bytes(path, bytes);
  return refusal([&] { load_yaml(path); });
}

}  // namespace

TEST_CASE("file_kind names what a file is where a safetensors file is expected", "[files][unit]") {
  const temporary_folder folder;
  const std::string path = folder.file("t.safetensors");
  for (const named_bytes& file : foreign_files()) {
    INFO(file.what);
    write_bytes(path, file.bytes);
    const std::string message = refusal([&] { safetensors_file::open(path); });
    CHECK(message.starts_with(path + ": file: expected a safetensors file"));
    CHECK(message.find(file.name) != std::string::npos);
    CHECK(message.find('\n') == std::string::npos);
  }
}

TEST_CASE("file_kind takes no safetensors file for something else", "[files][unit]") {
  // Header lengths whose bytes are the first of a pickle, a gzip file and a bitmap.
  const temporary_folder folder;
  const std::string path = folder.file("t.safetensors");
  for (const size_t length : {size_t{0x280}, size_t{0x480}, size_t{0x8b1f}, size_t{0x4d42}}) {
    write_bytes(path, raw_safetensors("{}" + std::string(length - 2, ' '), ""));
    CHECK(safetensors_file::open(path).tensors().empty());
  }
}

TEST_CASE("file_kind tells folders, pipes and devices apart", "[files][unit]") {
  const temporary_folder folder;
  const std::string pipe = folder.file("pipe");
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  CHECK(refusal([&] { mapped_file{folder.path().string()}; }).ends_with("found a directory"));
  CHECK(refusal([&] { mapped_file{pipe}; }).ends_with("found a pipe"));
  CHECK(refusal([&] { mapped_file{"/dev/null"}; }).ends_with("found a device"));
}

TEST_CASE("strict_json reads to the end", "[files][unit]") {
  const auto parse = [](const std::string& text) {
    return refusal([&] { parse_json_strict(text, "f", "header"); });
  };
  CHECK(parse(R"({"a": 1} )").empty());
  CHECK(parse("{\"a\": 1}\0\0\0"s) == "f: header: expected JSON, found a NUL at byte 9");
  CHECK(parse("{\"a\": 1}\0}junk{"s) == "f: header: expected JSON, found a NUL at byte 9");
  CHECK(parse("{\"a\": 1\0}"s) == "f: header: expected JSON, found a NUL at byte 8");
  CHECK(parse("{\"a\": 1}}") == "f: header: expected JSON, found a syntax error at byte 9");
  CHECK(parse("{\"a\": 1} // comment").find("syntax error") != std::string::npos);
}

TEST_CASE("yaml_document refuses what is not one document of text", "[files][unit]") {
  CHECK(yaml_refusal("%YAML 1.2\n---\na: 1\n...\n").empty());
  CHECK(yaml_refusal("a: 1\nb: {c: 2, d: 3}\n").empty());
  CHECK(yaml_refusal("").ends_with("file: expected YAML text, found an empty file"));
  CHECK(yaml_refusal("a: 1\n---\na: 2\n").ends_with("file: expected one YAML document, found 2"));
  CHECK(yaml_refusal("a: 1\n---\n").ends_with("found 2"));
  CHECK(yaml_refusal("a: 1\n...\nb: 2\n").find("one YAML document") != std::string::npos);
  CHECK(yaml_refusal("a: 1\na: 2\n").ends_with("a: expected each key once, found a second one"));
  CHECK(yaml_refusal("a: {b: 1, b: 2}\n").ends_with("b: expected each key once, found a second one"));
  // yaml-cpp takes each of these for the end of the text.
  CHECK(yaml_refusal("a: 1\n\0junk: ["s).ends_with(", 0x00 at byte 5"));
  CHECK(yaml_refusal("a: 1\n\4junk: ["s).ends_with(", 0x04 at byte 5"));
  CHECK(yaml_refusal("PK\x03\x04" + std::string(70000, 'x'))
            .ends_with("expected at most 65536 bytes, found 70004 bytes of a zip archive"));
  for (const named_bytes& file : foreign_files()) {
    if (kind_of(file.bytes).family == file_family::text) continue;
    INFO(file.what);
    CHECK(yaml_refusal(file.bytes).find(file.name) != std::string::npos);
  }
}
