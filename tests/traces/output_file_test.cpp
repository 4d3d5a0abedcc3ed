// The writer of every output: whole or absent, devices and pipes written through, links followed, and what
// cannot be written said before anything is.
#include "traces/output_file.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <set>
#include <thread>

#include "tests/traces/raw_safetensors.h"
#include "traces/file_name.h"
#include "traces/output_target.h"

namespace scansim::test {
namespace {

namespace fs = std::filesystem;

size_t entries(const fs::path& folder) {
  return static_cast<size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

std::string failure(const std::function<void()>& action) {
  try {
    action();
  } catch (const tool_error& error) {
    return error.what();
  }
  return "";
}

mode_t mode_of(const std::string& path) {
  struct stat status {};
  REQUIRE(lstat(path.c_str(), &status) == 0);
  return status.st_mode;
}

bool root_nodes(const std::string& path, mode_t type, unsigned major_number, unsigned minor_number) {
  if (mknod(path.c_str(), type | 0666, makedev(major_number, minor_number)) == 0) return true;
  WARN("not run: no device node can be made here");
  return false;
}

}  // namespace

TEST_CASE("output_file replaces a named file as a whole and leaves nothing else", "[unit][outputs]") {
  const temporary_folder folder;
  const std::string file = folder.file("r.json");
  write_output(file, "first, longer");
  write_output(file, "second");
  CHECK(read_bytes(file) == "second");
  CHECK(entries(folder.path()) == 1);
  CHECK_THROWS_AS(write_output(folder.file("none/r.json"), "x"), tool_error);
  fs::create_directory(folder.file("taken"));
  CHECK_THROWS_AS(write_output(folder.file("taken"), "x"), tool_error);
  CHECK(entries(folder.path()) == 2);
}

TEST_CASE("output_file without commit leaves the old content and nothing else", "[unit][outputs]") {
  const temporary_folder folder;
  const std::string file = folder.file("r.json");
  write_bytes(file, "old");
  {
    output_file half(file);
    half.write("new", 3);
    CHECK(read_bytes(file) == "old");
    CHECK(entries(folder.path()) == 2);
  }
  CHECK(read_bytes(file) == "old");
  CHECK(entries(folder.path()) == 1);
}

TEST_CASE("output_file keeps the mode of the file it replaces, and the umask decides a new one's",
          "[unit][outputs]") {
  const temporary_folder folder;
  const std::string file = folder.file("r.json");
  write_bytes(file, "old");
  const mode_t mode = GENERATE(0600, 0640, 0664, 0755);
  REQUIRE(chmod(file.c_str(), mode) == 0);
  write_output(file, "new");
  CHECK((mode_of(file) & 07777) == mode);
  const mode_t before = umask(027);
  write_output(folder.file("new"), "x");
  umask(before);
  CHECK((mode_of(folder.file("new")) & 07777) == 0640);
}

TEST_CASE("output_file keeps the owner of the file it replaces", "[unit][outputs]") {
  const temporary_folder folder;
  const std::string file = folder.file("r.json");
  write_bytes(file, "old");
  if (chown(file.c_str(), 1234, 2345) != 0) {
    WARN("not run: not root");
    return;
  }
  write_output(file, "new");
  struct stat status {};
  REQUIRE(stat(file.c_str(), &status) == 0);
  CHECK(status.st_uid == 1234);
  CHECK(status.st_gid == 2345);
}

TEST_CASE("output_file follows links: the link stays, its file is replaced or made", "[unit][outputs]") {
  const temporary_folder folder;
  fs::create_directory(folder.file("a"));
  fs::create_directory(folder.file("b"));
  write_bytes(folder.file("a/real"), "old");
  fs::create_symlink("a/real", folder.file("to_file"));
  fs::create_symlink("to_file", folder.file("to_link"));
  fs::create_symlink(folder.file("b/made"), folder.file("dangling"));
  fs::create_symlink("a", folder.file("to_folder"));
  write_output(folder.file("to_link"), "new");
  CHECK(read_bytes(folder.file("a/real")) == "new");
  write_output(folder.file("dangling"), "made");
  CHECK(read_bytes(folder.file("b/made")) == "made");
  write_output(folder.file("to_folder/more"), "more");
  CHECK(read_bytes(folder.file("a/more")) == "more");
  for (const char* link : {"to_file", "to_link", "dangling", "to_folder"})
    CHECK(S_ISLNK(mode_of(folder.file(link))));
  CHECK(entries(folder.file("a")) == 2);
  CHECK(entries(folder.file("b")) == 1);
}

TEST_CASE("output_file writes through a named pipe, which stays one", "[unit][outputs]") {
  const temporary_folder folder;
  const std::string pipe = folder.file("pipe"), link = folder.file("link");
  REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
  fs::create_symlink("pipe", link);
  const std::string text(300000, 'x');  // more than a pipe holds
  for (const std::string& name : {pipe, link}) {
    std::string got;
    std::thread reader([&] { got = read_bytes(pipe); });
    write_output(name, text);
    reader.join();
    CHECK(got == text);
    CHECK(S_ISFIFO(mode_of(pipe)));
  }
  CHECK(entries(folder.path()) == 2);
}

TEST_CASE("output_file writes through a device, which stays one", "[unit][outputs]") {
  const temporary_folder folder;
  const std::string null = folder.file("null"), full = folder.file("full");
  if (!root_nodes(null, S_IFCHR, 1, 3) || !root_nodes(full, S_IFCHR, 1, 7)) return;
  write_output(null, "gone");
  CHECK(S_ISCHR(mode_of(null)));
  CHECK(failure([&] { write_output(full, "x"); }) == full + ": cannot be written: No space left on device");
  CHECK(S_ISCHR(mode_of(full)));
  CHECK(entries(folder.path()) == 2);
}

TEST_CASE("output_file writes to a descriptor that a path names, after what is there", "[unit][outputs]") {
  const temporary_folder folder;
  const std::string file = folder.file("log");
  const int descriptor = open(file.c_str(), O_WRONLY | O_CREAT, 0600);
  REQUIRE(descriptor >= 0);
  REQUIRE(write(descriptor, "one ", 4) == 4);
  const std::string number = std::to_string(descriptor);
  write_output("/dev/fd/" + number, "two ");
  write_output("/proc/self/fd/" + number, "three ");
  write_output("/proc/" + std::to_string(getpid()) + "/fd/" + number, "four");
  REQUIRE(write(descriptor, ".", 1) == 1);
  close(descriptor);
  CHECK(read_bytes(file) == "one two three four.");
  CHECK(entries(folder.path()) == 1);
  CHECK(find_output_target("/dev/fd/" + number).found == "/dev/fd/" + number + " (closed)");
  const int reading = open(file.c_str(), O_RDONLY);
  CHECK_FALSE(find_output_target("/dev/fd/" + std::to_string(reading)).writable());
  close(reading);
}

TEST_CASE("output_target says what cannot be written, and touches nothing", "[unit][outputs]") {
  const temporary_folder folder;
  write_bytes(folder.file("file"), "old");
  write_bytes(folder.file("twice"), "old");
  fs::create_hard_link(folder.file("twice"), folder.file("other"));
  fs::create_directory(folder.file("taken"));
  fs::create_symlink("circle", folder.file("circle"));
  fs::create_symlink("taken", folder.file("to_taken"));
  fs::create_symlink("none/x", folder.file("to_none"));
  const int listening = socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  folder.file("socket").copy(address.sun_path, sizeof address.sun_path - 1);
  REQUIRE(bind(listening, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  const size_t before = entries(folder.path());
  for (const char* name : {"taken", "taken/", "taken/.", "..", "file/", "file/x", "none/x", "to_taken",
                           "to_none", "new/", "circle", "socket", "twice"}) {
    CAPTURE(name);
    const output_target target = find_output_target(folder.file(name));
    CHECK_FALSE(target.writable());
    CHECK(target.found.find(folder.file(name)) == 0);
    CHECK_FALSE(failure([&] { write_output(folder.file(name), "x"); }).empty());
  }
  CHECK_FALSE(find_output_target("").writable());
  CHECK_FALSE(find_output_target(folder.file(std::string(300, 'n'))).writable());
  close(listening);
  CHECK(entries(folder.path()) == before);
  CHECK(read_bytes(folder.file("twice")) == "old");
  if (!root_nodes(folder.file("disk"), S_IFBLK, 7, 200)) return;
  CHECK(find_output_target(folder.file("disk")).found == folder.file("disk") + " (a block device)");
}

TEST_CASE("output_target knows what a user may not write", "[unit][outputs]") {
  const temporary_folder folder;
  write_bytes(folder.file("file"), "old");
  fs::create_directory(folder.file("closed"));
  write_bytes(folder.file("closed/file"), "old");
  REQUIRE(mkfifo(folder.file("pipe").c_str(), 0600) == 0);
  REQUIRE(chmod(folder.path().c_str(), 0777) == 0);
  REQUIRE(chmod(folder.file("closed/file").c_str(), 0666) == 0);
  if (seteuid(65534) != 0) {
    WARN("not run: not root");
    return;
  }
  const bool file = find_output_target(folder.file("file")).writable(),
             beside = find_output_target(folder.file("new")).writable(),
             closed = find_output_target(folder.file("closed/new")).writable(),
             inside = find_output_target(folder.file("closed/file")).writable(),
             pipe = find_output_target(folder.file("pipe")).writable();
  REQUIRE(seteuid(0) == 0);
  CHECK_FALSE(file);
  CHECK(beside);
  CHECK_FALSE(closed);
  CHECK_FALSE(inside);
  CHECK_FALSE(pipe);
}

TEST_CASE("output_target follows another user's link only where the kernel would", "[unit][outputs]") {
  const temporary_folder folder;
  fs::create_symlink("real", folder.file("link"));
  if (lchown(folder.file("link").c_str(), 1234, 1234) != 0) {
    WARN("not run: not root");
    return;
  }
  CHECK(find_output_target(folder.file("link")).writable());
  REQUIRE(chmod(folder.path().c_str(), 01777) == 0);
  CHECK_FALSE(find_output_target(folder.file("link")).writable());
}

TEST_CASE("output_target tells by identity which paths are one file", "[unit][outputs]") {
  const temporary_folder folder;
  write_bytes(folder.file("file"), "old");
  fs::create_symlink("file", folder.file("link"));
  fs::create_symlink(folder.path(), folder.file("here"));
  const auto identity = [&](const std::string& name) {
    return find_output_target(folder.file(name)).identity;
  };
  CHECK(identity("file") == identity("link"));
  CHECK(identity("file") == identity("here/./file"));
  CHECK(identity("new") == identity("here/new"));
  CHECK_FALSE(identity("new") == identity("other"));
  CHECK_FALSE(identity("new") == identity("file"));
}

TEST_CASE("write_numbered_output chooses names that no other run has", "[unit][outputs]") {
  const temporary_folder folder;
  const std::string out = folder.file("out");
  std::set<std::string> names;
  for (int k = 0; k < 20; ++k)
    names.insert(write_numbered_output(out, "run", "-x", ".csv", std::to_string(k)));
  CHECK(names.size() == 20);
  CHECK(read_bytes(out + "/run-x-1.csv") == "0");
  CHECK(entries(out) == 20);
  write_bytes(folder.file("plain"), "file");
  CHECK_THROWS_AS(write_numbered_output(folder.file("plain"), "run", "-x", ".csv", "x"), tool_error);
}

TEST_CASE("write_numbered_output cuts a stem that is too long, two of them to two names", "[unit][outputs]") {
  const temporary_folder folder;
  const std::string long_stem(longest_file_name, 'n');
  const std::string one = write_numbered_output(folder.path(), long_stem + "1", "-stalls", ".csv", "one");
  const std::string two = write_numbered_output(folder.path(), long_stem + "2", "-stalls", ".csv", "two");
  CHECK(one.ends_with("-stalls-1.csv"));
  CHECK(two.ends_with("-stalls-1.csv"));
  CHECK(read_bytes(one) == "one");
  CHECK(read_bytes(two) == "two");
}

TEST_CASE("shortened_name keeps what fits and whole letters of what does not", "[unit][outputs]") {
  CHECK(shortened_name("abc", 3) == "abc");
  CHECK(shortened_name("abcdefghijkl", 11).size() == 11);
  CHECK(shortened_name("abcdefghijkl", 11).starts_with("ab-"));
  const std::string umlauts = "\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4";
  CHECK(shortened_name(umlauts, 12).starts_with("\u00e4-"));
  CHECK(shortened_name(umlauts, 12).size() == 11);
  CHECK(shortened_name(umlauts + "1", 12) != shortened_name(umlauts + "2", 12));
}

TEST_CASE("temporary_file takes no name that exists, and goes if it took none", "[unit][outputs]") {
  const temporary_folder folder;
  const std::string name = folder.file("r.json");
  {
    temporary_file file(folder.path().string(), name);
    file.write("first", 5);
    CHECK(file.take_free_name(name));
  }
  {
    temporary_file file(folder.path().string(), name);
    file.write("second", 6);
    CHECK_FALSE(file.take_free_name(name));
  }
  CHECK(read_bytes(name) == "first");
  CHECK(entries(folder.path()) == 1);
}

TEST_CASE("remove_temporary_files removes what is passing and nothing else", "[unit][outputs]") {
  const temporary_folder folder;
  write_bytes(folder.file("done"), "x");
  temporary_file one(folder.path().string(), "one"), other(folder.path().string(), "other");
  other.replace(folder.file("taken"));
  remove_temporary_files();
  CHECK(entries(folder.path()) == 2);
  CHECK(fs::exists(folder.file("taken")));
}

TEST_CASE("output_file fills a file that is a mount point where it stands", "[unit][outputs]") {
  const temporary_folder folder;
  const std::string source = folder.file("source"), target = folder.file("target");
  write_bytes(source, "old and long");
  write_bytes(target, "under it");
  if (std::system(("mount --bind " + source + " " + target + " 2>/dev/null").c_str()) != 0) {
    WARN("not run: nothing can be mounted here");
    return;
  }
  const std::string failed = failure([&] { write_output(target, "new"); });
  const std::string got = read_bytes(source);
  REQUIRE(std::system(("umount " + target).c_str()) == 0);
  CHECK(failed.empty());
  CHECK(got == "new");
  CHECK(read_bytes(target) == "under it");
  CHECK(entries(folder.path()) == 2);
}

}  // namespace scansim::test
