#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include <fmt/format.h>

#include "common/plan_file/reading.h"

namespace headway {

/// One key that a map may have, and what reads its value into a `T`.
template <class T>
struct Field {
  std::string_view name;
  void (*read)(Reading&, const Entry&, T&);
  /// One bit, for whoever asks which fields were written. Fields of one bit exclude each other: two
  /// words for the same.
  std::uint32_t bit = 0;
};

/// Reads a map by a table of its keys. Errors: not a map, a key that is not in the table (unless it
/// begins with `x-`), a key that is there twice, two keys that exclude each other. Returns the bits
/// of the fields that were there.
template <class T>
std::uint32_t read_map(Reading& reading, const YamlNode& node, std::string_view what,
                       std::span<const Field<T>> fields, T& target) {
  if (node.kind != YamlNode::Kind::kMap) {
    reading.error(node.mark, fmt::format("{} is a map", what),
                  "write `key: value` lines, or `{key: value}`");
    return 0;
  }
  std::uint32_t bits = 0;
  std::vector<bool> seen(fields.size(), false);
  std::unordered_set<std::string_view> others;
  for (std::size_t i = 0; i + 1 < node.children.size(); i += 2) {
    const YamlNode& key = node.children[i];
    if (key.kind != YamlNode::Kind::kScalar) {
      reading.error(key.mark, fmt::format("a key of {} is not a word", what));
      continue;
    }
    std::size_t index = 0;
    while (index < fields.size() && fields[index].name != key.text) ++index;
    const bool known = index < fields.size();
    if (known ? seen[index] : !others.insert(key.text).second) {
      reading.error(key.mark, fmt::format("{} is there twice in {}", quoted(key.text), what));
      continue;
    }
    if (!known) {
      if (key.text.starts_with("x-")) continue;
      std::vector<std::string_view> names;
      for (const Field<T>& field : fields) names.push_back(field.name);
      std::string hint = key.text == "<<" ? "merge keys are not supported; use `defaults`"
                                          : did_you_mean(key.text, names);
      if (hint.empty()) hint = "take it out, or begin it with `x-` to have it passed over";
      reading.error(key.mark, fmt::format("unknown key {} in {}", quoted(key.text), what),
                    std::move(hint));
      continue;
    }
    seen[index] = true;
    const Field<T>& field = fields[index];
    if ((bits & field.bit) != 0) {
      std::size_t other = 0;
      while (!seen[other] || fields[other].bit != field.bit || other == index) ++other;
      reading.error(key.mark, fmt::format("`{}` and `{}` exclude each other in {}",
                                          fields[other].name, field.name, what));
      continue;
    }
    bits |= field.bit;
    field.read(reading, {field.name, key.mark, node.children[i + 1]}, target);
  }
  return bits;
}

// Readers of a member, for tables: `text<&Ticket::title>`.

template <class T>
struct MemberOwner;
template <class Owner, class Value>
struct MemberOwner<Value Owner::*> {
  using type = Owner;
  using value = Value;
};
template <auto kMember>
using OwnerOf = typename MemberOwner<decltype(kMember)>::type;

/// Reads a member that is text of some kind: `string<&Ticket::title, read_text>`.
template <auto kMember, ReadString kRead>
void string(Reading& reading, const Entry& entry, OwnerOf<kMember>& target) {
  kRead(reading, entry, target.*kMember);
}

template <auto kMember, ReadString kReadItem>
void list(Reading& reading, const Entry& entry, OwnerOf<kMember>& target) {
  read_list(reading, entry, kReadItem, target.*kMember);
}

/// Reads a word of an enumeration, or an optional one.
template <auto kMember>
void word(Reading& reading, const Entry& entry, OwnerOf<kMember>& target) {
  using Value = typename MemberOwner<decltype(kMember)>::value;
  if constexpr (HasEnumText<Value>) {
    read_word(reading, entry, target.*kMember);
  } else {
    typename Value::value_type value{};
    read_word(reading, entry, value);
    target.*kMember = value;
  }
}

template <auto kMember>
void boolean(Reading& reading, const Entry& entry, OwnerOf<kMember>& target) {
  read_boolean(reading, entry, target.*kMember);
}

using ReadDuration = void (*)(Reading&, const Entry&, Duration&);

/// Reads a Duration, or an optional one.
template <auto kMember, ReadDuration kRead>
void duration(Reading& reading, const Entry& entry, OwnerOf<kMember>& target) {
  constexpr Duration kUnread{-1};
  Duration value = kUnread;
  kRead(reading, entry, value);
  if (value != kUnread) target.*kMember = value;
}

template <auto kMember, std::int32_t kLeast, std::int32_t kMost>
void integer(Reading& reading, const Entry& entry, OwnerOf<kMember>& target) {
  std::int32_t value = kLeast - 1;
  read_integer(reading, entry, kLeast, kMost, value);
  if (value >= kLeast) target.*kMember = value;
}

/// `run` and `command` of whatever has a Command.
void read_shell_line(Reading& reading, const Entry& entry, std::string& out);
template <class T>
void shell_line(Reading& reading, const Entry& entry, T& target) {
  read_shell_line(reading, entry, target.command.shell_line);
}
void read_words(Reading& reading, const Entry& entry, std::vector<std::string>& out);
template <class T>
void command_words(Reading& reading, const Entry& entry, T& target) {
  read_words(reading, entry, target.command.words);
}

}  // namespace headway
