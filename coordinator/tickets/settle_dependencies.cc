#include "coordinator/tickets/settle_dependencies.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "coordinator/tickets/ticket_names.h"

namespace headway {

namespace {

constexpr std::array<std::string_view, 5> kKinds = {"blocking", "sequential", "soft",
                                                    "file_conflicts", "resource_conflicts"};

/// Other words for what blocks.
constexpr std::array<std::string_view, 5> kBlockingWords = {"blocked_by", "depends_on", "requires",
                                                            "needs", "hard"};

}  // namespace

YamlNode scalar_node(std::string_view text, SourceMark mark) {
  YamlNode node;
  node.kind = YamlNode::Kind::kScalar;
  node.mark = mark;
  node.text = text;
  return node;
}

DependencyLists::DependencyLists() {
  for (const std::string_view kind : kKinds) {
    kinds_.children.push_back(scalar_node(kind, {}));
    YamlNode list;
    list.kind = YamlNode::Kind::kSequence;
    kinds_.children.push_back(std::move(list));
  }
}

YamlNode* DependencyLists::list_of(std::string_view kind) {
  std::string key = as_key(kind);
  if (std::find(kBlockingWords.begin(), kBlockingWords.end(), key) != kBlockingWords.end())
    key = "blocking";
  // `file_conflict`, `resource_conflict`.
  if (key.ends_with("_conflict")) key += 's';
  for (std::size_t i = 0; i < kinds_.children.size(); i += 2) {
    if (kinds_.children[i].text == key) return &kinds_.children[i + 1];
  }
  return nullptr;
}

bool DependencyLists::empty() const {
  return std::all_of(kinds_.children.begin(), kinds_.children.end(),
                     [](const YamlNode& node) { return node.children.empty(); });
}

YamlNode DependencyLists::node(SourceMark mark) const {
  YamlNode result;
  result.kind = YamlNode::Kind::kMap;
  result.mark = mark;
  for (std::size_t i = 0; i < kinds_.children.size(); i += 2) {
    if (kinds_.children[i + 1].children.empty()) continue;
    result.children.push_back(kinds_.children[i]);
    result.children.push_back(kinds_.children[i + 1]);
    result.children[result.children.size() - 2].mark = mark;
    result.children.back().mark = mark;
  }
  return result;
}

void DependencyLists::add_words(const YamlNode& written, YamlNode& list) {
  if (says_none(written.text)) return;
  std::string_view rest = written.text;
  // `MOD-001, MOD-002`; a sentence with a comma has blanks within its parts.
  const auto is_word = [](std::string_view part) {
    while (part.starts_with(' ')) part.remove_prefix(1);
    while (part.ends_with(' ')) part.remove_suffix(1);
    return !part.empty() && part.find(' ') == std::string_view::npos;
  };
  bool words = true;
  for (std::string_view left = rest; !left.empty();) {
    const std::string_view part = left.substr(0, left.find(','));
    words = words && is_word(part);
    left.remove_prefix(std::min(part.size() + 1, left.size()));
  }
  if (!words) {
    list.children.push_back(written);
    return;
  }
  std::size_t column = 0;
  while (!rest.empty()) {
    const std::string_view part = rest.substr(0, rest.find(','));
    const std::size_t begin = part.find_first_not_of(' ');
    const std::size_t end = part.find_last_not_of(' ') + 1;
    SourceMark mark = written.mark;
    if (!written.quoted) mark.column += static_cast<std::uint32_t>(column + begin);
    list.children.push_back(scalar_node(part.substr(begin, end - begin), mark));
    column += part.size() + 1;
    rest.remove_prefix(std::min(part.size() + 1, rest.size()));
  }
}

void DependencyLists::add_entry(const YamlNode& entry, YamlNode& list, Reading& reading) {
  if (entry.kind == YamlNode::Kind::kNothing) return;
  if (entry.kind == YamlNode::Kind::kScalar) return add_words(entry, list);
  if (entry.kind == YamlNode::Kind::kSequence) {
    for (const YamlNode& item : entry.children) {
      if (item.kind == YamlNode::Kind::kScalar) add_words(item, list);
    }
    return;
  }
  // `{id: MOD-001, type: soft}`, or `MOD-001: the reason`.
  const YamlNode* id = nullptr;
  YamlNode* into = &list;
  for (std::size_t i = 0; i + 1 < entry.children.size(); i += 2) {
    const std::string key = as_key(entry.children[i].text);
    const YamlNode& value = entry.children[i + 1];
    if (key == "id" || key == "ticket" || key == "ticket_id") id = &value;
    if (key != "type" && key != "kind") continue;
    YamlNode* const of_kind = list_of(value.text);
    if (of_kind == nullptr) {
      reading.error(
          value.mark,
          fmt::format("{} is no kind of dependency; it is passed over", quoted(value.text)),
          "kinds are `blocking`, `sequential`, `soft`, `file_conflicts` and "
          "`resource_conflicts`");
      return;
    }
    into = of_kind;
  }
  if (id == nullptr && entry.children.size() == 2) id = &entry.children.front();
  if (id == nullptr || id->kind != YamlNode::Kind::kScalar) {
    reading.error(entry.mark, "this dependency names no ticket; it is passed over",
                  "write the ticket's id, or `{id: ..., type: ...}`");
    return;
  }
  add_words(*id, *into);
}

void DependencyLists::add_list(const YamlNode& value, YamlNode& list, Reading& reading) {
  if (value.kind != YamlNode::Kind::kSequence) return add_entry(value, list, reading);
  for (const YamlNode& item : value.children) add_entry(item, list, reading);
}

void DependencyLists::add_kinds(const YamlNode& value, Reading& reading) {
  for (std::size_t i = 0; i + 1 < value.children.size(); i += 2) {
    const YamlNode& key = value.children[i];
    const YamlNode& below = value.children[i + 1];
    if (key.text.starts_with("x-")) continue;
    if (YamlNode* const list = list_of(key.text)) {
      add_list(below, *list, reading);
      continue;
    }
    // `MOD-001: blocking`.
    YamlNode* const list = below.kind == YamlNode::Kind::kScalar ? list_of(below.text) : nullptr;
    if (list != nullptr) {
      add_words(key, *list);
      continue;
    }
    std::string hint = did_you_mean(key.text, {kKinds.begin(), kKinds.end()});
    if (hint.empty()) {
      hint =
          "kinds are `blocking`, `sequential`, `soft`, `file_conflicts` and "
          "`resource_conflicts`";
    }
    reading.error(key.mark,
                  fmt::format("{} is no kind of dependency; what is below it is passed over",
                              quoted(key.text)),
                  std::move(hint));
  }
}

void DependencyLists::add(const YamlNode& value, Reading& reading) {
  if (value.kind == YamlNode::Kind::kMap) {
    add_kinds(value, reading);
  } else {
    add_blocking(value, reading);
  }
}

void DependencyLists::add_blocking(const YamlNode& value, Reading& reading) {
  add_list(value, *list_of("blocking"), reading);
}

}  // namespace headway
