#include <fmt/format.h>

#include "common/base/text.h"
#include "coordinator/cli/command/exit_code.h"
#include "coordinator/cli/show/json.h"
#include "coordinator/cli/verbs/common.h"
#include "coordinator/cli/verbs/handlers.h"

/// What is configured, and where.

namespace headway::cli {

namespace {

/// A value by its name in a configuration file. Empty: it is not set.
struct Setting {
  std::string name;
  std::string value;
  std::string origin;
};

std::string words_of_type(const AgentType& type) {
  std::string text = fmt::format("labels [{}]", fmt::join(type.labels, ", "));
  if (!type.command.empty()) text += fmt::format(", command [{}]", fmt::join(type.command, ", "));
  return text;
}

/// Where no option, variable or file says anything, what stands there is what commands do then.
std::vector<Setting> settings_of(const Config& config, const Arguments& arguments) {
  std::vector<Setting> settings;
  const auto origin = [&](const std::string& name) {
    const auto found = config.origins.find(name);
    return found == config.origins.end() ? std::string() : found->second;
  };
  const auto add = [&](const char* option, const std::string& name, std::string value) {
    std::string from = origin(name);
    const bool given = option != nullptr && arguments.has(option);
    if (given) {
      value = arguments.value(option).value_or("");
      from = std::string("--") + option;
    }
    settings.push_back({name, std::move(value), std::move(from)});
  };
  add("connect", "defaults.connect", config.connect);
  add("state-dir", "defaults.state_dir", config.state_dir);
  add("key", "defaults.key", config.key);
  add(nullptr, "defaults.local_agents",
      config.local_agents ? std::to_string(*config.local_agents) : std::string());
  add("format", "defaults.format",
      config.format ? std::string(to_text(*config.format)) : std::string());
  add(nullptr, "defaults.sync", !config.sync ? "" : *config.sync ? "true" : "false");
  add(nullptr, "tickets", config.tickets);
  for (const auto& [category, type] : config.categories) {
    add(nullptr, "categories." + category, type);
  }
  for (const AgentType& type : config.agent_types) {
    add(nullptr, "agent_types." + type.name, words_of_type(type));
  }
  return settings;
}

Json setting_json(const Setting& setting, bool with_origin) {
  const auto or_null = [](const std::string& text) {
    return text.empty() ? Json(nullptr) : Json(text);
  };
  Json json;
  json["name"] = setting.name;
  json["value"] = or_null(setting.value);
  if (with_origin) json["origin"] = or_null(setting.origin);
  return json;
}

/// Tells of categories whose tickets would find no command. No error: another folder's
/// configuration may declare the type.
void tell_undeclared_types(const Config& config, const Environment& environment) {
  std::vector<std::string_view> declared;
  for (const AgentType& type : config.agent_types) declared.push_back(type.name);
  for (const auto& [category, type] : config.categories) {
    if (config.find_type(type) != nullptr) continue;
    const std::vector<std::string> meant = nearest(type, declared);
    environment.note(fmt::format(
        "{}: the category {} goes to the agent type {}, which is not declared{}",
        config.origins.at("categories." + category), printable(category), printable(type),
        meant.empty() ? "" : fmt::format("; did you mean {}?", join_words(meant, "or"))));
  }
}

}  // namespace

int config_verb(const Arguments& arguments, Environment& environment) {
  tell_undeclared_types(environment.config, environment);
  const bool with_origin = arguments.has("origin");
  const std::vector<Setting> settings = settings_of(environment.config, arguments);
  const Format format = chosen_format(arguments, environment);
  switch (format) {
    case Format::kJson: {
      Json document = versioned();
      document["settings"] = Json::array();
      for (const Setting& each : settings) {
        document["settings"].push_back(setting_json(each, with_origin));
      }
      environment.out << indented(document);
      return kExitDone;
    }
    case Format::kJsonLines:
      for (const Setting& each : settings) {
        Json line = versioned();
        line.update(setting_json(each, with_origin));
        environment.out << compact(line);
      }
      return kExitDone;
    case Format::kTable:
    case Format::kMarkdown:
    case Format::kPlain:
      break;
  }
  std::vector<Column> columns = {{.title = "NAME"}, {.title = "VALUE", .flexible = true}};
  if (with_origin) columns.push_back({.title = "ORIGIN", .flexible = true});
  Table table(columns);
  for (const Setting& each : settings) {
    std::vector<Cell> row = {each.name, each.value};
    if (with_origin) row.emplace_back(each.origin.empty() ? "not set" : each.origin);
    table.add(std::move(row));
  }
  environment.out << table.render(format, environment.colour, environment.width());
  return kExitDone;
}

}  // namespace headway::cli
