#include <unistd.h>

#include <fmt/format.h>

#include "common/base/text.h"
#include "common/base/units.h"
#include "common/system/clock.h"
#include "coordinator/cli/command/exit_code.h"
#include "coordinator/cli/coordinator_place.h"
#include "coordinator/cli/show/json.h"
#include "coordinator/cli/verbs/common.h"
#include "coordinator/cli/verbs/handlers.h"
#include "coordinator/keys/key_store.h"
#include "coordinator/keys/listen_address.h"

/// Keys in a coordinator's state directory.

namespace headway::cli {

namespace {

/// Where a coordinator listens for workers of other machines, unless told.
constexpr std::string_view kWorkersEverywhere = "tcp://*:7420";
constexpr Duration kRevokePatience = std::chrono::seconds{5};

/// Options that go with one action alone.
Result<void> check_key_options(const std::string& action, const Arguments& arguments) {
  struct Rule {
    const char* option;
    const char* action;
  };
  constexpr Rule kRules[] = {{"role", "create"},       {"name", "create"},   {"output", "create"},
                             {"all", "list"},          {"format", "list"},   {"join-uses", "join"},
                             {"join-expires", "join"}, {"advertise", "join"}};
  for (const Rule& rule : kRules) {
    if (arguments.has(rule.option) && action != rule.action) {
      return Error{ErrorKind::kUsage,
                   fmt::format("--{} goes with `keys {}` alone", rule.option, rule.action)};
    }
  }
  const bool names = arguments.positionals().size() > 1;
  if (names == (action == "revoke")) return {};
  return Error{ErrorKind::kUsage,
               names ? fmt::format("`keys {}` takes no names", action) : "name the keys to revoke"};
}

Result<KeyStore> open_store(const Arguments& arguments, const Environment& environment) {
  return KeyStore::open(state_folder_meant(arguments, environment));
}

Result<void> create_for(const Arguments& arguments, Environment& environment) {
  const std::optional<KeyRole> role = from_text<KeyRole>(arguments.value("role").value_or(""));
  const std::string name = arguments.value("name").value_or("");
  if (!role || name.empty()) {
    return Error{ErrorKind::kUsage,
                 "say with --role worker, viewer or operator what the key is good for, and with "
                 "--name whose it is"};
  }
  const std::string path = arguments.value("output").value_or(name + ".key");
  if (path != "-" && ::access(path.c_str(), F_OK) == 0) {
    return Error{ErrorKind::kInUse,
                 fmt::format("{} is there already, and may be somebody's key", printable(path))};
  }
  Result<KeyStore> store = open_store(arguments, environment);
  if (!store) return store.error();
  const Result<KeyFile> key = create_key(*store, *role, name, read_clocks().wall);
  if (!key) return key.error();
  if (path == "-") {
    environment.out << key_file_text(*key);
    return {};
  }
  if (Result<void> written = write_key_file(path, *key); !written) {
    // Nobody has it: nobody is to be let in by it.
    static_cast<void>(store->change(
        [&](KnownKeys& keys) { return keys.revoke(name, read_clocks().wall); }, kRevokePatience));
    return written;
  }
  environment.out << fmt::format("{} {}: {}\n", to_text(*role), printable(name), printable(path));
  return {};
}

/// Whether somebody could still come in by it.
bool is_of_use(const KnownKey& key, WallTime now) {
  const bool spent = key.uses_left && *key.uses_left == 0;
  return key.valid() && !spent && (!key.expires || *key.expires > now);
}

std::string state_word(const KnownKey& key, WallTime now) {
  if (!key.valid()) return "revoked";
  if (key.uses_left && *key.uses_left == 0) return "used up";
  if (key.expires && *key.expires <= now) return "expired";
  return "valid";
}

Json time_json(const std::optional<WallTime>& at) {
  return at ? Json(format_time(*at)) : Json(nullptr);
}

Json key_json(const KnownKey& key, WallTime now) {
  Json json;
  json["name"] = key.name;
  json["role"] = std::string(to_text(key.role));
  json["state"] = state_word(key, now);
  json["public_key"] = key.key.hex();
  json["made"] = format_time(key.made);
  json["revoked"] = time_json(key.revoked);
  json["joined_by"] = key.joined_by.empty() ? Json(nullptr) : Json(key.joined_by);
  json["expires"] = time_json(key.expires);
  json["uses_left"] = key.uses_left ? Json(*key.uses_left) : Json(nullptr);
  return json;
}

std::string key_table(const std::vector<KnownKey>& keys, WallTime now, Format format,
                      const Environment& environment) {
  Table table({{.title = "NAME", .flexible = true},
               {.title = "ROLE"},
               {.title = "STATE"},
               {.title = "MADE"},
               {.title = "JOINED BY"},
               {.title = "EXPIRES"},
               {.title = "USES", .right = true},
               {.title = "PUBLIC KEY", .flexible = true}});
  for (const KnownKey& key : keys) {
    const bool token = key.role == KeyRole::kJoin;
    table.add({key.name, std::string(to_text(key.role)), state_word(key, now),
               format_time(key.made), key.joined_by, key.expires ? format_time(*key.expires) : "",
               !token          ? ""
               : key.uses_left ? std::to_string(*key.uses_left)
                               : "many",
               key.key.hex()});
  }
  return table.render(format, environment.colour, environment.width());
}

Result<void> list_keys(const Arguments& arguments, Environment& environment) {
  const WallTime now = read_clocks().wall;
  std::vector<KnownKey> keys;
  // Looking makes nothing: without a folder there are no keys.
  const std::string folder = state_folder_meant(arguments, environment);
  if (::access((folder + "/keys").c_str(), F_OK) == 0) {
    const Result<KeyStore> store = KeyStore::open(folder);
    if (!store) return store.error();
    for (const KnownKey& key : store->known().all()) {
      if (arguments.has("all") || is_of_use(key, now)) keys.push_back(key);
    }
  }
  const Format format = chosen_format(arguments, environment);
  switch (format) {
    case Format::kJson: {
      Json document = versioned();
      document["keys"] = Json::array();
      for (const KnownKey& key : keys) document["keys"].push_back(key_json(key, now));
      environment.out << indented(document);
      return {};
    }
    case Format::kJsonLines:
      for (const KnownKey& key : keys) {
        Json line = versioned();
        line.update(key_json(key, now));
        environment.out << compact(line);
      }
      return {};
    case Format::kTable:
    case Format::kMarkdown:
    case Format::kPlain:
      break;
  }
  environment.out << key_table(keys, now, format, environment);
  return {};
}

/// All that are named, or none.
Result<void> revoke_keys(const Arguments& arguments, Environment& environment) {
  const std::vector<std::string> names(arguments.positionals().begin() + 1,
                                       arguments.positionals().end());
  Result<KeyStore> store = open_store(arguments, environment);
  if (!store) return store.error();
  Result<void> revoked = store->change(
      [&](KnownKeys& keys) -> Result<void> {
        for (const std::string& name : names) {
          if (Result<void> one = keys.revoke(name, read_clocks().wall); !one) return one;
        }
        return {};
      },
      kRevokePatience);
  if (!revoked) return revoked;
  for (const std::string& name : names) environment.out << printable(name) << " is revoked\n";
  return {};
}

Result<void> print_join_line(const Arguments& arguments, Environment& environment) {
  JoinLimits limits;
  if (const std::optional<std::string> word = arguments.value("join-uses")) {
    const Result<std::optional<std::uint32_t>> uses = parse_join_uses("--join-uses", *word);
    if (!uses) return uses.error();
    if (*uses == 0U) return Error{ErrorKind::kUsage, "--join-uses 0: nobody could join by that"};
    limits.uses = *uses;
  }
  const Result<std::optional<Duration>> lifetime = arguments.duration("join-expires");
  if (!lifetime) return lifetime.error();
  limits.lifetime = lifetime->value_or(limits.lifetime);
  if (Result<void> good = check_join_lifetime(limits.lifetime); !good) return good;
  std::optional<HostPort> advertised;
  if (const std::optional<std::string> address = arguments.value("advertise")) {
    Result<HostPort> place = parse_advertised(*address);
    if (!place) return place.error();
    advertised = std::move(*place);
  }
  Result<KeyStore> store = open_store(arguments, environment);
  if (!store) return store.error();
  const Result<NewJoinToken> token = create_join_token(*store, limits, read_clocks().wall);
  if (!token) return token.error();
  environment.out << fmt::format("headway-worker --join {}@{}\n", token->text,
                                 reachable_address(kWorkersEverywhere, advertised));
  environment.note(
      fmt::format("the token {} is good for {}, {}", token->name,
                  limits.uses ? counted(*limits.uses, "worker") : "any number of workers",
                  format_duration(limits.lifetime)));
  if (!advertised) {
    environment.note(
        "it is for a coordinator on this machine that listens for workers at the usual port; where "
        "it listens elsewhere: --advertise HOST:PORT");
  }
  return {};
}

}  // namespace

int keys_verb(const Arguments& arguments, Environment& environment) {
  const std::string& action = arguments.positionals().front();
  Result<void> done = check_key_options(action, arguments);
  if (done && action == "create") done = create_for(arguments, environment);
  if (done && action == "list") done = list_keys(arguments, environment);
  if (done && action == "revoke") done = revoke_keys(arguments, environment);
  if (done && action == "join") done = print_join_line(arguments, environment);
  return done ? kExitDone : environment.fail(done.error());
}

}  // namespace headway::cli
