#include "coordinator/tickets/ticket_manners.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "common/base/text.h"
#include "common/plan/words.h"
#include "common/plan_file/ticket_fields.h"
#include "coordinator/tickets/settle_dependencies.h"
#include "coordinator/tickets/ticket_names.h"

namespace headway {

namespace {

/// Other names of fields.
constexpr std::array kOtherKeys = {
    std::pair{std::string_view{"estimate"}, std::string_view{"estimated_effort"}},
    std::pair{std::string_view{"effort"}, std::string_view{"estimated_effort"}},
    std::pair{std::string_view{"estimated_time"}, std::string_view{"estimated_effort"}},
    std::pair{std::string_view{"estimated_duration"}, std::string_view{"estimated_effort"}},
    std::pair{std::string_view{"time_estimate"}, std::string_view{"estimated_effort"}},
    std::pair{std::string_view{"files"}, std::string_view{"affected_files"}},
    std::pair{std::string_view{"files_affected"}, std::string_view{"affected_files"}},
    std::pair{std::string_view{"affected_paths"}, std::string_view{"affected_files"}},
    std::pair{std::string_view{"agent_type"}, std::string_view{"agent"}},
    std::pair{std::string_view{"created_at"}, std::string_view{"created"}},
    std::pair{std::string_view{"date_created"}, std::string_view{"created"}},
    std::pair{std::string_view{"started_at"}, std::string_view{"started"}},
    std::pair{std::string_view{"completed_at"}, std::string_view{"completed"}},
    std::pair{std::string_view{"finished_at"}, std::string_view{"completed"}},
    std::pair{std::string_view{"depends_on"}, std::string_view{"needs"}},
    std::pair{std::string_view{"blocked_by"}, std::string_view{"needs"}},
    std::pair{std::string_view{"requires"}, std::string_view{"needs"}},
};

bool is_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

class Settler {
 public:
  Settler(Reading& reading, UnknownKeys& unknown, TicketDates& dates)
      : reading_(reading), unknown_(unknown), dates_(dates), known_(ticket_field_names()) {}

  void settle(YamlNode& map) {
    YamlNode settled;
    settled.kind = map.kind;
    settled.mark = map.mark;
    SourceMark dependencies_at = map.mark;
    for (std::size_t i = 0; i + 1 < map.children.size(); i += 2) {
      YamlNode& key = map.children[i];
      YamlNode& value = map.children[i + 1];
      if (key.kind != YamlNode::Kind::kScalar || key.text.starts_with("x-")) continue;
      const std::string written = key.text;
      key.text = name_of(written);
      // A field that was left empty says nothing.
      if (value.kind == YamlNode::Kind::kNothing || takes_date(key.text, value)) continue;
      if (!is_known(key.text)) {
        tell_unknown(written, key.mark);
        continue;
      }
      if (key.text == "dependencies" || key.text == "needs") {
        dependencies_at = key.mark;
        if (key.text == "needs")
          dependencies_.add_blocking(value, reading_);
        else
          dependencies_.add(value, reading_);
        continue;
      }
      if (!is_first(settled, key, value) || !settle_value(key.text, value)) continue;
      settled.children.push_back(std::move(key));
      settled.children.push_back(std::move(value));
    }
    if (!dependencies_.empty()) {
      settled.children.push_back(scalar_node("dependencies", dependencies_at));
      settled.children.push_back(dependencies_.node(dependencies_at));
    }
    map = std::move(settled);
  }

 private:
  [[nodiscard]] bool is_known(std::string_view key) const {
    return std::find(known_.begin(), known_.end(), key) != known_.end();
  }

  [[nodiscard]] std::string name_of(const std::string& written) const {
    std::string key = as_key(written);
    for (const auto& [other, name] : kOtherKeys) {
      if (key == other) return std::string(name);
    }
    return key == "ticket_id" ? "id" : key;
  }

  void tell_unknown(const std::string& written, SourceMark mark) {
    const std::vector<std::string> near = nearest(written, known_, 1);
    // One letter is a slip of the pen; more is another word.
    if (!near.empty() && edit_distance(as_key(written), near.front()) <= 2) {
      reading_.error(mark,
                     fmt::format("unknown key {} in a ticket; it is passed over", quoted(written)),
                     fmt::format("did you mean `{}`?", near.front()));
      return;
    }
    UnknownKey& entry = unknown_[printable(written.substr(0, written.size()))];
    if (entry.count++ == 0) entry.first = mark;
  }

  /// Of a key that is there twice, or by two of its names, the first counts.
  bool is_first(const YamlNode& settled, const YamlNode& key, const YamlNode& value) {
    for (std::size_t i = 0; i + 1 < settled.children.size(); i += 2) {
      if (settled.children[i].text != key.text) continue;
      if (settled.children[i + 1].text != value.text || value.kind != YamlNode::Kind::kScalar) {
        reading_.error(key.mark, fmt::format("`{}` is there twice; the first counts", key.text));
      }
      return false;
    }
    return true;
  }

  bool takes_date(const std::string& key, const YamlNode& value) {
    if (key != "started" && key != "completed" && key != "updated" && key != "updated_at")
      return false;
    if (value.kind != YamlNode::Kind::kScalar) return false;
    const std::string text = printable(value.text.substr(0, kMaxNameBytes));
    if (key == "started") dates_.started = text;
    if (key == "completed") dates_.completed = text;
    return true;
  }

  /// Whether a value is worth reading; brings it into the form that the field's reader takes.
  bool settle_value(const std::string& key, YamlNode& value) {
    if (key == "priority") return settle_priority(value);
    if (key == "status") return settle_status(value);
    if (key == "affected_files" || key == "artifacts") return settle_paths(key, value);
    if (key == "agent") return settle_agent(value);
    if (key == "locks") return settle_locks(value);
    if (key == "execution_strategy") value.text = as_key(without_emoji(value.text));
    if (key == "estimated_effort") return settle_effort(value);
    if (key == "secrets" || key == "labels") make_list(value);
    return true;
  }

  bool settle_priority(YamlNode& value) {
    if (value.kind != YamlNode::Kind::kScalar || says_none(value.text)) return !value.text.empty();
    if (const auto priority = priority_of(value.text)) value.text = to_text(*priority);
    return true;
  }

  bool settle_status(YamlNode& value) {
    if (value.kind != YamlNode::Kind::kScalar) return true;
    if (const auto status = status_of(value.text)) value.text = to_text(*status);
    return true;
  }

  bool settle_effort(YamlNode& value) {
    if (value.kind != YamlNode::Kind::kScalar || !is_digits(value.text)) return true;
    reading_.error(
        value.mark,
        fmt::format("an effort of {} has no unit; it is passed over", quoted(value.text)),
        fmt::format("write `{}h`, or `{}m`", value.text, value.text));
    return false;
  }

  static void make_list(YamlNode& value) {
    if (value.kind != YamlNode::Kind::kScalar) return;
    YamlNode list;
    list.kind = YamlNode::Kind::kSequence;
    list.mark = value.mark;
    list.children.push_back(std::move(value));
    value = std::move(list);
  }

  bool settle_paths(const std::string& key, YamlNode& value) {
    if (value.kind == YamlNode::Kind::kScalar) {
      if (says_none(value.text)) return false;
      if (is_digits(value.text)) {
        reading_.error(value.mark,
                       fmt::format("`{}` is a number, which does not say which files; it is "
                                   "passed over",
                                   key),
                       "list them: `[docs/index.md, src/api/**]`");
        return false;
      }
      make_list(value);
    }
    if (value.kind != YamlNode::Kind::kSequence) return true;
    std::vector<YamlNode> paths;
    for (YamlNode& item : value.children) {
      if (item.kind == YamlNode::Kind::kNothing) continue;
      // `docs/x.md: what is done to it`, `{path: docs/x.md}`.
      if (item.kind == YamlNode::Kind::kMap) item = path_of_map(std::move(item));
      if (item.kind == YamlNode::Kind::kScalar && !clean_path(key, item)) continue;
      paths.push_back(std::move(item));
    }
    value.children = std::move(paths);
    return true;
  }

  static YamlNode path_of_map(YamlNode map) {
    for (std::size_t i = 0; i + 1 < map.children.size(); i += 2) {
      const std::string name = as_key(map.children[i].text);
      if (name == "path" || name == "file") return std::move(map.children[i + 1]);
    }
    if (map.children.size() == 2) return std::move(map.children.front());
    return map;
  }

  /// Takes off what stands beside a path; false where it is none.
  bool clean_path(const std::string& key, YamlNode& item) {
    std::string& text = item.text;
    if (says_none(text)) return false;
    if (text.size() > 2 && text.front() == '`' && text.back() == '`')
      text = text.substr(1, text.size() - 2);
    if (const std::size_t remark = text.find(" ("); remark != std::string::npos && remark > 0)
      text.resize(remark);
    if (text.find(' ') != std::string::npos && text.find_first_of("/.*") == std::string::npos) {
      reading_.error(item.mark,
                     fmt::format("{} under `{}` is no path; it is passed over", quoted(text), key));
      return false;
    }
    return true;
  }

  bool settle_agent(YamlNode& value) {
    if (value.kind != YamlNode::Kind::kScalar) return true;
    if (says_none(value.text)) return false;
    YamlNode map;
    map.kind = YamlNode::Kind::kMap;
    map.mark = value.mark;
    map.children.push_back(scalar_node("type", value.mark));
    map.children.push_back(std::move(value));
    value = std::move(map);
    return true;
  }

  bool settle_locks(YamlNode& value) {
    if (value.kind == YamlNode::Kind::kScalar && says_none(value.text)) return false;
    make_list(value);
    for (YamlNode& item : value.children) {
      if (item.kind != YamlNode::Kind::kScalar) continue;
      YamlNode map;
      map.kind = YamlNode::Kind::kMap;
      map.mark = item.mark;
      map.children.push_back(scalar_node("name", item.mark));
      map.children.push_back(std::move(item));
      item = std::move(map);
    }
    return true;
  }

  Reading& reading_;
  UnknownKeys& unknown_;
  TicketDates& dates_;
  const std::vector<std::string_view>& known_;
  DependencyLists dependencies_;
};

}  // namespace

void settle_fields(YamlNode& map, Reading& reading, UnknownKeys& unknown, TicketDates& dates) {
  Settler(reading, unknown, dates).settle(map);
}

}  // namespace headway
