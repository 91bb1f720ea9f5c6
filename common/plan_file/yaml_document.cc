#include "common/plan_file/yaml_document.h"

#include <exception>
#include <istream>
#include <optional>
#include <streambuf>

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include "common/plan_file/reading.h"
#include "common/plan_file/text_checks.h"

namespace headway {

namespace {

SourceMark to_source(const YAML::Mark& mark) {
  return {static_cast<std::uint32_t>(mark.line + 1), static_cast<std::uint32_t>(mark.column + 1)};
}

/// Hands a text to the parser and ends it early when the parser takes too much of it between two
/// events.
class LimitedText : public std::streambuf {
 public:
  LimitedText(std::string_view text, std::size_t most) : text_(text), most_(most) {}

  void allow_more() { taken_ = 0; }
  [[nodiscard]] bool exceeded() const { return exceeded_; }

 protected:
  std::streamsize xsgetn(char* into, std::streamsize wanted) override {
    std::size_t size = std::min(text_.size() - at_, static_cast<std::size_t>(wanted));
    if (taken_ + size > most_) {
      exceeded_ = true;
      size = 0;
    }
    text_.copy(into, size, at_);
    at_ += size;
    taken_ += size;
    return static_cast<std::streamsize>(size);
  }
  int_type underflow() override {
    return at_ < text_.size() && !exceeded_ ? traits_type::to_int_type(text_[at_])
                                            : traits_type::eof();
  }
  int_type uflow() override {
    const int_type next = underflow();
    if (next != traits_type::eof()) ++at_;
    return next;
  }
  /// The parser puts back what it read while looking for a byte order mark.
  int_type pbackfail(int_type /*byte*/) override {
    return at_ == 0 ? traits_type::eof() : traits_type::to_int_type(text_[--at_]);
  }

 private:
  std::string_view text_;
  std::size_t most_;
  std::size_t at_ = 0;
  std::size_t taken_ = 0;
  bool exceeded_ = false;
};

/// Ends the parse from within an event.
struct Refused : std::exception {
  explicit Refused(Diagnostic found) : diagnostic(std::move(found)) {}
  Diagnostic diagnostic;
};

/// What ends the reading. Nothing is told of a part that was not read to its end: what is yet to
/// come would be missed.
Diagnostic last_finding(const YAML::Mark& mark, std::string message, std::string hint) {
  const SourceMark place = to_source(mark);
  return {Severity::kError,
          place,
          std::move(message),
          std::move(hint),
          {{place, "what this stands in, and what follows it, was not looked at"}}};
}

Diagnostic alias_at(const YAML::Mark& mark) {
  return last_finding(mark, "aliases are not supported in plans",
                      "write the value out, or use `defaults`");
}

[[noreturn]] void refuse(const YAML::Mark& mark, std::string message, std::string hint) {
  throw Refused(last_finding(mark, std::move(message), std::move(hint)));
}

/// Builds nodes from events and hands them over as soon as they are whole.
class NodeBuilder : public YAML::EventHandler {
 public:
  NodeBuilder(std::string_view text, std::string_view stream_key, std::size_t max_depth,
              LimitedText& source, YamlReceiver& receiver, std::vector<Diagnostic>& diagnostics)
      : text_(text),
        stream_key_(stream_key),
        max_depth_(max_depth),
        source_(source),
        receiver_(receiver),
        diagnostics_(diagnostics) {}

  [[nodiscard]] int documents() const { return documents_; }
  [[nodiscard]] SourceMark last_mark() const { return last_mark_; }
  /// Where the last quoted scalar starts, if there is one.
  [[nodiscard]] std::optional<std::size_t> last_quote() const { return last_quote_; }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ > 1) {
      refuse(mark, "there is more than one document in this file",
             "keep one plan in one file, without a second `---`");
    }
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    YamlNode node = begin(mark, anchor, "?", YamlNode::Kind::kNothing);
    node.text = spelled_null(static_cast<std::size_t>(mark.pos));
    if (!node.text.empty()) node.kind = YamlNode::Kind::kScalar;
    complete(std::move(node));
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override {
    throw Refused(alias_at(mark));
  }
  void OnAnchor(const YAML::Mark& mark, const std::string& name) override {
    refuse(mark, fmt::format("anchors are not supported in plans (`&{}`)", name),
           "write the value out, or use `defaults`");
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    YamlNode node = begin(mark, anchor, tag, YamlNode::Kind::kScalar);
    node.text = value;
    node.quoted = tag == "!";
    if (node.quoted) last_quote_ = static_cast<std::size_t>(mark.pos);
    complete(std::move(node));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value /*style*/) override {
    open(begin(mark, anchor, tag, YamlNode::Kind::kSequence), mark);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value /*style*/) override {
    open(begin(mark, anchor, tag, YamlNode::Kind::kMap), mark);
  }
  void OnMapEnd() override { close(); }

 private:
  YamlNode begin(const YAML::Mark& mark, YAML::anchor_t anchor, const std::string& tag,
                 YamlNode::Kind kind) {
    source_.allow_more();
    last_mark_ = to_source(mark);
    if (anchor != YAML::NullAnchor) {
      refuse(mark, "anchors are not supported in plans", "write the value out, or use `defaults`");
    }
    if (tag != "?" && tag != "!" && !tag.empty()) tell_tag(tag);
    YamlNode node;
    node.kind = kind;
    node.mark = last_mark_;
    return node;
  }

  /// Its value is read as if it had none, so that all else is told as well.
  void tell_tag(const std::string& tag) {
    if (diagnostics_.size() >= kMaxFindings) return;
    diagnostics_.push_back({Severity::kError,
                            last_mark_,
                            fmt::format("tags are not supported in plans (`{}`)", tag),
                            "leave it out: each field reads its value by its own type",
                            {}});
  }

  void open(YamlNode node, const YAML::Mark& mark) {
    if (open_.size() >= max_depth_) {
      refuse(mark, fmt::format("nested deeper than {} levels", max_depth_),
             "look for a bracket that is not closed");
    }
    if (open_.empty() && node.kind != YamlNode::Kind::kMap) refuse_root(node.mark);
    open_.push_back(std::move(node));
  }

  void close() {
    source_.allow_more();
    YamlNode node = std::move(open_.back());
    open_.pop_back();
    if (open_.empty()) return;
    complete(std::move(node));
  }

  [[noreturn]] static void refuse_root(SourceMark mark) {
    throw Refused({Severity::kError,
                   mark,
                   "this is not a plan: it has no `key: value` at its top level",
                   "a plan has at least `version: 1` and `tickets:`",
                   {}});
  }

  void complete(YamlNode node) {
    if (open_.empty()) {
      if (node.kind == YamlNode::Kind::kNothing) {
        throw Refused({Severity::kError,
                       {1, 1},
                       "the file is empty",
                       "a plan has at least `version: 1` and `tickets:`",
                       {}});
      }
      refuse_root(node.mark);
    }
    if (open_.size() == 1) {
      complete_of_root(std::move(node));
    } else if (open_.size() == 2 && open_[1].kind == YamlNode::Kind::kSequence && key_ &&
               key_->text == stream_key_) {
      receiver_.on_item(node);
    } else {
      YamlNode& whole = open_.back();
      const bool has_key = whole.kind == YamlNode::Kind::kMap && whole.children.size() % 2 == 1;
      if (has_key) place_at_key(node, whole.children.back());
      whole.children.push_back(std::move(node));
    }
  }

  void complete_of_root(YamlNode node) {
    if (!key_) {
      key_ = std::move(node);
      return;
    }
    place_at_key(node, *key_);
    receiver_.on_field(*key_, node);
    key_.reset();
  }

  /// The event of a value that was not written stands at what follows, which may be another ticket.
  static void place_at_key(YamlNode& value, const YamlNode& key) {
    if (value.kind == YamlNode::Kind::kNothing) value.mark = key.mark;
  }

  /// A null as it was written, for the fields that are text: `id: null` is a word. Empty where
  /// nothing was written; the event then stands at what follows.
  [[nodiscard]] std::string spelled_null(std::size_t at) const {
    for (const std::string_view word : {"~", "null", "Null", "NULL"}) {
      if (at > text_.size() || !text_.substr(at).starts_with(word)) continue;
      const std::string_view after = text_.substr(at + word.size());
      if (after.empty() ||
          std::string_view(" \t\r\n,]}").find(after.front()) != std::string_view::npos) {
        return std::string(word);
      }
    }
    return {};
  }

  std::string_view text_;
  std::string_view stream_key_;
  std::size_t max_depth_;
  LimitedText& source_;
  YamlReceiver& receiver_;
  std::vector<Diagnostic>& diagnostics_;
  std::vector<YamlNode> open_;
  std::optional<YamlNode> key_;  ///< of the root, while its value is being built
  int documents_ = 0;
  SourceMark last_mark_{1, 1};
  std::optional<std::size_t> last_quote_;
};

std::string_view line_of(std::string_view text, std::uint32_t line) {
  for (; line > 1; --line) text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
  return text.substr(0, text.find('\n'));
}

/// yaml-cpp's finding in its words, with what is most often behind it.
Diagnostic syntax_error(const YAML::Exception& error, std::string_view text) {
  if (error.msg.starts_with(YAML::ErrorMsg::UNKNOWN_ANCHOR)) return alias_at(error.mark);
  Diagnostic found{Severity::kError, {1, 1}, "this is not valid YAML: " + error.msg, {}, {}};
  if (!error.mark.is_null()) found.mark = to_source(error.mark);
  const std::string_view line = line_of(text, found.mark.line);
  const std::string_view indentation = line.substr(0, line.find_first_not_of(" \t"));
  if (indentation.find('\t') != std::string_view::npos) {
    found.message = "this is not valid YAML: a tab in the indentation";
    found.hint = "indent with spaces";
  } else if (error.msg.find("illegal map value") != std::string::npos) {
    found.hint = "put text that contains `: ` in quotes, and check the indentation";
  } else if (error.msg.find("illegal block entry") != std::string::npos) {
    found.hint = "look for a bracket that is not closed in the lines before";
  } else if (error.msg.find("end of") != std::string::npos) {
    found.hint = "look for a bracket, brace or quote that is not closed";
  }
  return found;
}

bool is_in_braces(std::string_view text) {
  const std::size_t start = text.find_first_not_of(" \t\r\n");
  return start != std::string_view::npos && (text[start] == '{' || text[start] == '[');
}

/// Parses, and finds what yaml-cpp does not tell; none when all is well.
std::optional<Diagnostic> parse(std::string_view text, LimitedText& source, NodeBuilder& builder) {
  try {
    std::istream stream(&source);
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const Refused& refused) {
    return refused.diagnostic;
  } catch (const YAML::Exception& error) {
    if (!source.exceeded()) return syntax_error(error, text);
  } catch (const std::exception& error) {
    return Diagnostic{Severity::kError,
                      builder.last_mark(),
                      fmt::format("cannot be read as YAML: {}", error.what()),
                      {},
                      {}};
  }
  if (source.exceeded()) {
    return Diagnostic{
        Severity::kError,
        builder.last_mark(),
        fmt::format("what begins here has no end within {} MiB", kMaxYamlLookahead >> 20U),
        "look for a bracket or quote that is not closed; a large plan in braces is better written "
        "as "
        "indented YAML",
        {}};
  }
  if (builder.documents() == 0) {
    return Diagnostic{Severity::kError,
                      {1, 1},
                      "the file is empty",
                      "a plan has at least `version: 1` and `tickets:`",
                      {}};
  }
  if (builder.last_quote() && is_unclosed_quote(text, *builder.last_quote())) {
    return Diagnostic{Severity::kError,
                      mark_of_byte(text, *builder.last_quote()),
                      "this quote is never closed",
                      "close it with the same quote",
                      {}};
  }
  return std::nullopt;
}

}  // namespace

bool parse_yaml(const std::string& text, std::string_view stream_key, std::size_t max_depth,
                YamlReceiver& receiver, std::vector<Diagnostic>& diagnostics) {
  std::string_view content = text;
  if (content.starts_with("\xef\xbb\xbf")) content.remove_prefix(3);
  std::optional<Diagnostic> found = find_bad_text(content);
  if (!found) {
    const bool shallow = is_in_braces(content) && flow_depth(content) <= max_depth;
    LimitedText source(content, shallow ? kMaxJsonBytes : kMaxYamlLookahead);
    NodeBuilder builder(content, stream_key, max_depth, source, receiver, diagnostics);
    found = parse(content, source, builder);
  }
  if (found) diagnostics.push_back(std::move(*found));
  return !found;
}

}  // namespace headway
