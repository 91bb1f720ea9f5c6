#pragma once

#include <map>
#include <string>

#include <nlohmann/json.hpp>
#include <yaml-cpp/yaml.h>

namespace headway::test {

/// The schemas by the names of their files.
using Schemas = std::map<std::string, nlohmann::json>;

/// YAML as JSON in which each scalar has the type that the schema gives its place, as Headway reads
/// it: text unless the schema wants a number or a truth value and the scalar is one.
nlohmann::json typed_json(const YAML::Node& node, const Schemas& schemas, const std::string& file);

}  // namespace headway::test
