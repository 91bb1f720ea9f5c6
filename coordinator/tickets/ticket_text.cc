#include "coordinator/tickets/ticket_text.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "common/base/text.h"
#include "common/plan/words.h"
#include "common/plan_file/ticket_fields.h"
#include "coordinator/tickets/front_matter.h"
#include "coordinator/tickets/lenient_yaml.h"
#include "coordinator/tickets/ticket_names.h"

namespace headway {

namespace {

constexpr std::size_t kMaxTitleBytes = 500;

std::string name_of_path(const std::string& path) { return path.substr(path.rfind('/') + 1); }

/// The innermost folder whose name is a status.
std::optional<TicketStatus> status_of_folders(std::string_view relative) {
  while (true) {
    const std::size_t slash = relative.rfind('/');
    if (slash == std::string_view::npos) return std::nullopt;
    relative = relative.substr(0, slash);
    const std::size_t before = relative.rfind('/');
    const std::string_view name =
        before == std::string_view::npos ? relative : relative.substr(before + 1);
    if (const auto status = status_of(name)) return status;
  }
}

/// The first heading of a ticket's prose.
std::string first_heading(std::string_view body) {
  while (!body.empty()) {
    std::string_view line = body.substr(0, body.find('\n'));
    body.remove_prefix(std::min(line.size() + 1, body.size()));
    if (!line.starts_with("# ")) continue;
    line = line.substr(2, kMaxTitleBytes);
    while (line.starts_with(' ')) line.remove_prefix(1);
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ' || line.back() == '\t'))
      line.remove_suffix(1);
    return printable(line.substr(0, valid_utf8_prefix(line)));
  }
  return {};
}

void move_to(YamlNode& node, const Sources& sources, std::size_t file, std::uint32_t lines) {
  node.mark = sources.mark(file, {node.mark.line + lines, node.mark.column});
  for (YamlNode& child : node.children) move_to(child, sources, file, lines);
}

const YamlNode* value_of(const YamlNode& map, std::string_view key) {
  for (std::size_t i = 0; i + 1 < map.children.size(); i += 2) {
    if (map.children[i].text == key) return &map.children[i + 1];
  }
  return nullptr;
}

class TicketTextReader {
 public:
  TicketTextReader(const std::string& path, const std::string& relative, Sources& sources,
                   UnknownKeys& unknown, std::vector<Diagnostic>& diagnostics)
      : path_(path),
        name_(name_of_path(path)),
        relative_(relative),
        sources_(sources),
        unknown_(unknown),
        diagnostics_(diagnostics) {}

  std::optional<TicketFromFile> read(std::string text) {
    const FrontMatter front = find_front_matter(text);
    const std::string heading = first_heading(std::string_view(text).substr(front.body));
    const std::string name_id = id_of_name(name_);
    if (!front.found && name_id.empty() && as_key(name_).starts_with("readme")) return std::nullopt;
    text.resize(front.body);
    text.shrink_to_fit();
    file_ = sources_.add(path_, std::move(text));
    if (!front.found) {
      warn(whole_file(), "there is no front matter",
           name_id.empty()
               ? "begin the file with `---`, `id: ...`, `---`; it is passed over"
               : fmt::format("the id {} is taken from the file's name", quoted(name_id)));
      if (name_id.empty()) return std::nullopt;
    } else if (!front.closed) {
      warn(sources_.mark(file_, {static_cast<std::uint32_t>(front.line) - 1U, 1}),
           "this front matter is never closed; it is read up to the first empty line or heading",
           "close it with a line `---`");
    }
    YamlNode map = read_map(front);
    return read_fields(map, name_id, heading);
  }

 private:
  YamlNode read_map(const FrontMatter& front) {
    const std::string& text = sources_.files()[file_].text;
    std::vector<Diagnostic> warnings;
    YamlNode map = read_lenient_map(
        std::string_view(text).substr(front.begin, front.end - front.begin), warnings);
    const auto lines = static_cast<std::uint32_t>(front.line) - 1U;
    for (Diagnostic& found : warnings) {
      found.mark = sources_.mark(file_, {found.mark.line + lines, found.mark.column});
      diagnostics_.push_back(std::move(found));
    }
    move_to(map, sources_, file_, lines);
    return map;
  }

  std::optional<TicketFromFile> read_fields(YamlNode& map, const std::string& name_id,
                                            const std::string& heading) {
    Reading reading;
    TicketFromFile result;
    settle_fields(map, reading, unknown_, result.origin.dates);
    const YamlNode* const id = value_of(map, "id");
    const YamlNode* const status = value_of(map, "status");
    const SourceMark status_at = status == nullptr ? whole_file() : status->mark;
    if (id == nullptr && !name_id.empty()) {
      YamlNode word;
      word.kind = YamlNode::Kind::kScalar;
      word.mark = whole_file();
      word.text = "id";
      map.children.push_back(word);
      word.text = name_id;
      map.children.push_back(std::move(word));
    }
    TicketDraft draft = read_ticket(reading, map);
    tell(reading);
    if (draft.ticket.id.empty() && !name_id.empty()) {
      draft.ticket.id = name_id;
      draft.ticket.mark = whole_file();
    }
    if (draft.ticket.id.empty()) {
      warn(whole_file(), "this ticket has no id; it is passed over",
           "write `id: ...` into its front matter, or begin the file's name with one");
      return std::nullopt;
    }
    result.ticket = std::move(draft.ticket);
    result.marks = std::move(draft.marks);
    if (result.ticket.title.empty()) result.ticket.title = heading.empty() ? stem() : heading;
    settle_status(result, status_at);
    settle_reassign(result.ticket);
    return result;
  }

  void settle_status(TicketFromFile& read, SourceMark at) {
    TicketOrigin& origin = read.origin;
    origin.file = file_;
    origin.relative = relative_;
    origin.written = read.ticket.status;
    origin.folder = status_of_folders(relative_);
    origin.status = origin.written.value_or(origin.folder.value_or(TicketStatus::kPending));
    if (!origin.written || !origin.folder || *origin.written == *origin.folder) return;
    warn(at,
         fmt::format("the front matter says `{}`, the folder `{}`; the front matter counts",
                     to_text(*origin.written), to_text(*origin.folder)),
         "move the file, or change its `status`");
  }

  /// A plan that says so is refused: see `check_ticket` of the plan's reader.
  void settle_reassign(Ticket& ticket) {
    if (ticket.on_disconnect != OnDisconnect::kFinish || ticket.reassign == Reassign::kOnProof)
      return;
    warn(ticket.mark,
         "`on_disconnect: finish` without `reassign: on_proof` is passed over: it may only be "
         "handed out again when it is proven dead",
         "add `reassign: on_proof`");
    ticket.on_disconnect = OnDisconnect::kKill;
  }

  void tell(Reading& reading) {
    for (Diagnostic& found : reading.diagnostics()) {
      // A ticket stays whatever is wrong with one of its fields.
      found.severity = Severity::kWarning;
      if (found.message != "a ticket needs an `id`") add(std::move(found));
    }
  }

  void warn(SourceMark mark, std::string message, std::string hint) {
    add({Severity::kWarning, mark, std::move(message), std::move(hint), {}});
  }
  void add(Diagnostic found) {
    if (diagnostics_.size() < kMaxFindings) diagnostics_.push_back(std::move(found));
  }

  [[nodiscard]] SourceMark whole_file() const { return sources_.mark(file_, {}); }
  [[nodiscard]] std::string stem() const {
    return printable(name_.substr(0, std::min(name_.rfind('.'), name_.size())));
  }

  const std::string& path_;
  std::string name_;
  const std::string& relative_;
  Sources& sources_;
  UnknownKeys& unknown_;
  std::vector<Diagnostic>& diagnostics_;
  std::size_t file_ = 0;
};

}  // namespace

std::optional<TicketFromFile> read_ticket_text(const std::string& path, const std::string& relative,
                                               std::string text, Sources& sources,
                                               UnknownKeys& unknown,
                                               std::vector<Diagnostic>& diagnostics) {
  return TicketTextReader(path, relative, sources, unknown, diagnostics).read(std::move(text));
}

}  // namespace headway
