#include <unordered_set>

#include <fmt/format.h>

#include "common/plan_file/reading.h"

namespace headway {

std::vector<Entry> items_of(Reading& reading, const Entry& entry) {
  if (entry.value.kind != YamlNode::Kind::kSequence) {
    reading.error(entry.value.mark, fmt::format("`{}` is a list", entry.name),
                  "write `[a, b]`, or one `- item` a line; `[]` for none");
    return {};
  }
  std::vector<Entry> items;
  items.reserve(entry.value.children.size());
  for (const YamlNode& item : entry.value.children) items.push_back({entry.name, item.mark, item});
  return items;
}

std::vector<Entry> members_of(Reading& reading, const Entry& entry) {
  if (entry.value.kind != YamlNode::Kind::kMap) {
    reading.error(entry.value.mark, fmt::format("`{}` is a map", entry.name),
                  "write `{name: value}`, or one `name: value` a line");
    return {};
  }
  std::vector<Entry> members;
  std::unordered_set<std::string_view> seen;
  const std::vector<YamlNode>& children = entry.value.children;
  for (std::size_t i = 0; i + 1 < children.size(); i += 2) {
    const YamlNode& key = children[i];
    if (key.kind == YamlNode::Kind::kScalar && key.text.empty()) {
      reading.error(key.mark, fmt::format("a name in `{}` is empty", entry.name));
      continue;
    }
    std::string name;
    read_name(reading, {entry.name, key.mark, key}, name);
    if (name.empty()) continue;
    if (!seen.insert(key.text).second) {
      reading.error(key.mark, fmt::format("{} is there twice in `{}`", quoted(name), entry.name));
      continue;
    }
    members.push_back({key.text, key.mark, children[i + 1]});
  }
  return members;
}

void read_list(Reading& reading, const Entry& entry, ReadString read_item,
               std::vector<std::string>& out, ListMarks* marks) {
  std::vector<std::string> list;
  ListMarks places;
  for (const Entry& item : items_of(reading, entry)) {
    std::string text;
    read_item(reading, item, text);
    if (text.empty()) continue;
    list.push_back(std::move(text));
    places.push_back(item.value.mark);
  }
  out = std::move(list);
  if (marks != nullptr) *marks = std::move(places);
}

}  // namespace headway
