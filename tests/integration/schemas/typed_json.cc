#include "typed_json.h"

#include <set>
#include <stdexcept>

namespace headway::test {

namespace {

using nlohmann::json;

/// A part of a schema, with the file that its references are relative to.
struct Part {
  const json* schema;
  std::string file;
};

class Converter {
 public:
  explicit Converter(const Schemas& schemas) : schemas_(schemas) {}

  json convert(const YAML::Node& node, const std::vector<Part>& parts) const {
    if (node.IsNull() || !node.IsDefined()) return nullptr;
    if (node.IsScalar()) return scalar(node.Scalar(), parts);
    if (node.IsSequence()) {
      json list = json::array();
      const std::vector<Part> items = below(parts, [](const json& schema) -> const json* {
        const auto found = schema.find("items");
        return found == schema.end() ? nullptr : found->is_array() ? &found->front() : &*found;
      });
      for (const YAML::Node& item : node) list.push_back(convert(item, items));
      return list;
    }
    json map = json::object();
    for (const auto& entry : node) {
      const std::string key = entry.first.Scalar();
      map[key] =
          convert(entry.second, below(parts, [&](const json& schema) -> const json* {
                    const auto properties = schema.find("properties");
                    if (properties != schema.end() && properties->contains(key))
                      return &properties->at(key);
                    const auto others = schema.find("additionalProperties");
                    return others != schema.end() && others->is_object() ? &*others : nullptr;
                  }));
    }
    return map;
  }

  /// A part and all that it refers to or is combined of.
  void expand(const Part& part, std::vector<Part>& into, int depth = 0) const {
    if (depth > 20) throw std::runtime_error("a schema refers to itself");
    into.push_back(part);
    if (const auto found = part.schema->find("$ref"); found != part.schema->end()) {
      const std::string ref = found->get<std::string>();
      const std::size_t hash = ref.find('#');
      const std::string file = hash == 0 ? part.file : ref.substr(0, hash);
      const json& target = schemas_.at(file).at(json::json_pointer(ref.substr(hash + 1)));
      expand({&target, file}, into, depth + 1);
    }
    for (const char* combination : {"allOf", "anyOf", "oneOf"}) {
      const auto found = part.schema->find(combination);
      if (found == part.schema->end()) continue;
      for (const json& schema : *found) expand({&schema, part.file}, into, depth + 1);
    }
  }

 private:
  template <class Find>
  std::vector<Part> below(const std::vector<Part>& parts, Find find) const {
    std::vector<Part> result;
    for (const Part& part : parts) {
      const json* found = find(*part.schema);
      if (found != nullptr && found->is_object()) expand({found, part.file}, result);
    }
    return result;
  }

  static json scalar(const std::string& text, const std::vector<Part>& parts) {
    std::set<std::string> types;
    for (const Part& part : parts) {
      const auto found = part.schema->find("type");
      if (found == part.schema->end()) continue;
      for (const json& type : found->is_array() ? *found : json::array({*found}))
        types.insert(type.get<std::string>());
    }
    const bool wants_number = types.contains("number") || types.contains("integer");
    const json parsed = json::parse(text, nullptr, false);
    if (wants_number && !types.contains("string") && parsed.is_number()) return parsed;
    if (types.contains("boolean") && parsed.is_boolean()) return parsed;
    return text;
  }

  const Schemas& schemas_;
};

}  // namespace

json typed_json(const YAML::Node& node, const Schemas& schemas, const std::string& file) {
  const Converter converter(schemas);
  std::vector<Part> parts;
  converter.expand({&schemas.at(file), file}, parts);
  return converter.convert(node, parts);
}

}  // namespace headway::test
