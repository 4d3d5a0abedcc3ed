// scansim: the command line. One table of subcommands; every way a command can end becomes an exit status
// here: 0 agree, 1 disagree, 2 bad input (one line on stderr), 3 tool or environment failure or an output
// that could not be written, 4 nothing compared, 5 a warning that --fail-on names, 128 + n signal n.
#include <fmt/format.h>

#include <algorithm>
#include <new>
#include <sstream>
#include <system_error>

#include "host/cli/command_tree.h"
#include "host/cli/interruption.h"
#include "host/cli/standard_streams.h"
#include "host/cli/subcommand.h"
#include "traces/input_error.h"
#include "traces/one_line.h"

namespace scansim {
namespace {

constexpr subcommand subcommands[] = {
    {"compare", "Runs a trace on several rungs and says whether they agree",
     "Example: scansim compare layer.safetensors --config base --rungs ref,gpu,hls,systemc,rtl --memory "
     "random "
     "--seed 3 --json "
     "verdict.json",
     add_compare},
    {"run", "Runs a trace on one rung and reports",
     "Example: scansim run layer.safetensors --config base --rung systemc", add_run},
    {"report", "Writes a result as one HTML page, which opens without a network",
     "Example: scansim report verdict.json --html verdict.html", add_report},
    {"trace", "Describes, generates, captures and verifies traces",
     "Example: scansim trace generate --shape mamba-130m --length 2048 --seed 7 --out layer.safetensors",
     add_trace},
    {"config", "Lists and shows design points", "Example: scansim config show base --set num_lanes=32",
     add_config},
    {"bench", "Measures how fast the rungs simulate",
     "Example: scansim bench --config base --json bench.json", add_bench},
    {"area", "Synthesizes the RTL of a design point and counts its logic",
     "Example: scansim area --config base", add_area},
    {"energy", "Measures the energy of units at gate level",
     "Example: scansim energy measure scan_pe --config edge --trace layer.safetensors", add_energy},
    {"network", "Costs a whole network on a design point, without weights",
     "Example: scansim network mamba-130m --config block --memory dram-hbm2", add_network},
    {"sweep", "Runs a space of design points and finds the best",
     "Example: scansim sweep run sweep.yaml --out sweep && scansim sweep front sweep", add_sweep},
    {"regress", "Runs a plan of random calls on several rungs, and makes failures small",
     "Example: scansim regress run smoke --stage V1 --out regress && scansim regress report regress --junit "
     "junit.xml",
     add_regress},
    {"coverage", "Unites what runs hit of the bins of the machine's tables, and says what is open",
     "Example: SCANSIM_BINS=bins scansim compare layer.safetensors && scansim coverage bins", add_coverage},
    {"cache", "Says what the cache of Verilated machines holds, and clears it", "Example: scansim cache info",
     add_cache},
    {"sparsify", "Prunes a checkpoint's projections to N:M and reports storage and errors",
     "Example: scansim sparsify models/nn/byte-mamba.safetensors --pattern 2:4 --out pruned.safetensors",
     add_sparsify},
    {"accuracy", "What the machine's number formats and sparsity cost a trained model",
     "Example: scansim accuracy --model byte-mamba --format W8A8 --pattern 2:4 --json accuracy.json",
     add_accuracy},
    {"gpu", "Records, imports and describes runs on GPUs",
     "Example: scansim gpu record layer.safetensors --out traces/gpu/h100", add_gpu},
    {"help", "Says how the program or a command is used", "Example: scansim help trace generate", add_help},
    {"version", "Says the version and the revision", "Example: scansim version", add_version},
    {"completion", "Writes the completion of a shell", "Example: source <(scansim completion bash)",
     add_completion},
    {"manual", "Writes the manual page", "Example: scansim manual | man -l -", add_manual},
};

int fail(int status, const std::string& message) {
  write_error("scansim: " + one_line(message) + "\n");
  return status;
}

int print_help(const CLI::App& app, const CLI::ParseError& asked) {  // or the version
  std::ostringstream text;
  const int status = app.exit(asked, text, text);
  write_out(text.str());
  return status;
}

// CLI11 would name the words behind a command that it does not know, last one first.
void check_command(const CLI::App& app, int argc, char** argv) {
  std::vector<std::string> words;
  const CLI::App* at = &app;
  for (int i = 1; i < argc && argv[i][0] != '-' && !command_node{words, at}.subcommands().empty(); ++i) {
    words.emplace_back(argv[i]);
    at = &find_command(app, words, "command");
  }
}

// `help WORDS`: CLI11 would take them for commands. Empty: something else was asked for.
std::string help_asked_for(const CLI::App& app, int argc, char** argv) {
  if (argc < 2 || std::string(argv[1]) != "help") return "";
  const std::vector<std::string> words(argv + 2, argv + argc);
  if (std::any_of(words.begin(), words.end(), [](const auto& word) { return word.starts_with("-"); }))
    return "";
  return help_text({words, &find_command(app, words, "help")});
}

// Last one first, as CLI11 takes them. Behind `--` a name may begin with '-'; as an option with a list takes
// the
// `--` for the end of its list, such a name gets its folder in front.
std::vector<std::string> words_of(int argc, char** argv) {
  std::vector<std::string> words(argv + 1, argv + argc);
  const auto mark = std::find(words.begin(), words.end(), "--");
  for (auto word = mark; word != words.end(); ++word)
    if (word != mark && word->starts_with('-')) *word = "./" + *word;
  std::reverse(words.begin(), words.end());
  return words;
}

// In the order of the command line; CLI11 has them the other way round.
std::string unexpected_words(const CLI::App& app, int argc, char** argv) {
  std::vector<std::string> left = app.remaining(true);
  std::string text;
  for (int i = 1; i < argc; ++i) {
    const auto found = std::find(left.begin(), left.end(), argv[i]);
    if (found == left.end()) continue;
    left.erase(found);
    text += (text.empty() ? "'" : " ") + std::string(argv[i]);
  }
  return text + "'";
}

bool has_unknown_option(const CLI::App& app) {
  const std::vector<std::string> left = app.remaining(true);
  return std::any_of(left.begin(), left.end(), [](const auto& word) { return word.starts_with("-"); });
}

int parse_and_run(int argc, char** argv) {
  CLI::App app(
      "Co-design simulator for selective-scan accelerators: one trace on every rung, bit for bit and cycle "
      "for cycle",
      "scansim");
  app.set_version_flag("--version", version_text());
  app.footer(
      "Environment: SCANSIM_CACHE, folder of Verilated machines and the synthesis tool (default\n"
      "$XDG_CACHE_HOME/scansim, else ~/.cache/scansim); SCANSIM_DATA, root of models, rtl, sim and traces\n"
      "(default share/scansim beside bin);\n"
      "SCANSIM_YOSYS, folder of an installed @yowasp/yosys; SCANSIM_RTL_BUILD, what the rtl rung is built "
      "for\n"
      "(plain, coverage, randinit); SCANSIM_COVERAGE, folder of what was covered (default coverage);\n"
      "SCANSIM_BINS, folder where rtl machines leave what they hit (scansim coverage).\n"
      "Exit status: 0 agree, 1 disagree, 2 bad input, 3 tool failure or lost output, 4 nothing was "
      "compared,\n"
      "5 a warning of --fail-on, 130 interrupted.\n"
      "Example: scansim compare layer.safetensors --config tiny --rungs ref,gpu,hls,systemc,rtl");
  int status = status_agree;
  for (const subcommand& entry : subcommands) {
    CLI::App* sub = app.add_subcommand(entry.name, entry.description);
    sub->footer(entry.example);
    const command_action action = entry.add(*sub);
    sub->callback([action, &status] { status = action(); });
  }
  app.require_subcommand(0, 1);  // a second one would run, too, and hide the status of the first
  check_command(app, argc, argv);
  if (const std::string help = help_asked_for(app, argc, argv); !help.empty()) {
    write_out(help);
    return status_agree;
  }
  try {
    app.parse(words_of(argc, argv));
  } catch (const CLI::ExtrasError&) {
    return fail(status_bad_input, "command line: expected no more than its options and files, found " +
                                      unexpected_words(app, argc, argv));
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return print_help(app, error);
    // CLI11 asks for what is missing first; a word that is mistyped is why.
    if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::RequiredError) && has_unknown_option(app))
      return fail(status_bad_input, "command line: expected no more than its options and files, found " +
                                        unexpected_words(app, argc, argv));
    return fail(status_bad_input, std::string("command line: ") + error.what());
  }
  if (app.get_subcommands().empty())
    return fail(status_bad_input, "command line: expected a subcommand (see scansim --help), found none");
  return status;
}

int run_guarded(int argc, char** argv) {
  try {
    return parse_and_run(argc, argv);
  } catch (const interrupted& stop) {
    return stop.exit_status;
  } catch (const input_error& error) {
    return fail(status_bad_input, error.what());
  } catch (const tool_error& error) {
    return fail(status_tool_failure, error.what());
  } catch (const std::bad_alloc&) {
    steer_error("scansim: out of memory\n");  // what asks for no more
    return status_tool_failure;
  } catch (const std::system_error& error) {  // of a folder, a thread
    return fail(status_tool_failure, std::string("the system: ") + error.what());
  } catch (const std::exception& error) {
    return fail(status_tool_failure, std::string("internal error: ") + error.what());
  }
}

}  // namespace
}  // namespace scansim

int main(int argc, char** argv) {
  scansim::occupy_closed_streams();
  scansim::handle_interruptions();
  return scansim::run_guarded(argc, argv);
}
