#pragma once

#include <string>
#include <string_view>

#include "coordinator/cli/command/verb.h"

namespace headway::cli {

/// `headway run [OPTION...] PLAN`; of another name that the verb is installed under, what stands
/// after that: `scale-agents [OPTION...] N`.
std::string synopsis(const VerbSpec& verb, std::string_view name = {});
/// What `--help` shows, at most 80 columns wide; `name` is what the verb was called by.
std::string help_text(const VerbSpec& verb, std::string_view name = {});
/// What `headway --help` shows: all verbs.
std::string overview(VerbTable table);

/// The text in lines of at most `width` columns, each with `indent` spaces before it. Paragraphs
/// (parted by an empty line) stay apart.
std::string wrapped(std::string_view text, std::size_t width, std::size_t indent);

/// The manual page of a verb (roff, man(7)); section 1.
std::string man_page(const VerbSpec& verb);
/// The manual page of the command itself.
std::string man_page(VerbTable table);

/// The completion script for `bash`, `zsh` or `fish`; also for the other names of the verbs.
std::string bash_completion(VerbTable table);
std::string zsh_completion(VerbTable table);
std::string fish_completion(VerbTable table);

}  // namespace headway::cli
