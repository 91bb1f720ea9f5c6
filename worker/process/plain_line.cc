#include "worker/process/plain_line.h"

#include <algorithm>
#include <array>

namespace headway::worker {

namespace {

/// Besides letters and digits: what means nothing to a shell wherever it stands.
constexpr std::string_view kPlain = "_-./,:+@%=";

/// Reserved words and what is built into sh, dash or bash, in order: a program of that name may be
/// missing, or do something else.
constexpr std::array<std::string_view, 78> kOfShells = {
    ".",       ":",       "alias",  "bg",      "bind",     "break",    "builtin",   "caller",
    "case",    "cd",      "chdir",  "command", "compgen",  "complete", "compopt",   "continue",
    "coproc",  "declare", "dirs",   "disown",  "do",       "done",     "echo",      "elif",
    "else",    "enable",  "esac",   "eval",    "exec",     "exit",     "export",    "false",
    "fc",      "fg",      "fi",     "for",     "function", "getopts",  "hash",      "help",
    "history", "if",      "in",     "jobs",    "kill",     "let",      "local",     "logout",
    "mapfile", "popd",    "printf", "pushd",   "pwd",      "read",     "readarray", "readonly",
    "return",  "select",  "set",    "shift",   "shopt",    "source",   "suspend",   "test",
    "then",    "time",    "times",  "trap",    "true",     "type",     "typeset",   "ulimit",
    "umask",   "unalias", "unset",  "until",   "wait",     "while"};
static_assert(std::ranges::is_sorted(kOfShells));

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         kPlain.find(c) != std::string_view::npos;
}

bool is_blank(char c) { return c == ' ' || c == '\t'; }

}  // namespace

std::optional<std::vector<std::string>> words_of_plain_line(std::string_view line) {
  std::vector<std::string> words;
  bool in_word = false;
  for (const char c : line) {
    if (!is_blank(c) && !is_plain(c)) return std::nullopt;
    if (!is_blank(c) && !in_word) words.emplace_back();
    in_word = !is_blank(c);
    if (in_word) words.back() += c;
  }
  if (words.empty()) return std::nullopt;
  const std::string& program = words.front();
  const bool assigns = program.find('=') != std::string::npos;
  if (assigns || std::ranges::binary_search(kOfShells, program)) return std::nullopt;
  return words;
}

}  // namespace headway::worker
