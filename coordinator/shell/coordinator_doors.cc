#include <unistd.h>

#include <fmt/format.h>

#include "common/base/units.h"
#include "common/system/clock.h"
#include "coordinator/core/spoken.h"
#include "coordinator/keys/listen_address.h"
#include "coordinator/shell/coordinator.h"

/// Where the coordinator listens, and who comes in there.

namespace headway {

Result<void> Coordinator::listen() {
  Result<std::unique_ptr<Doors>> doors = Doors::open(context_, options_, paths_.folder);
  if (!doors) return doors.error();
  doors_ = std::move(*doors);
  if (!danger().empty()) log_.warn(danger());
  // The lock on the registry says that no other coordinator lives here: a socket file that is left
  // over may go.
  ::unlink(paths_.worker_socket.c_str());
  ::unlink(paths_.control_socket.c_str());
  if (Result<void> opened =
          open_socket(workers_, paths_.worker_endpoint(), options_.listen, "workers");
      !opened) {
    return opened;
  }
  return open_socket(clients_, paths_.control_endpoint(), options_.control, "clients");
}

Result<void> Coordinator::open_socket(std::optional<RouterSocket>& socket, const std::string& local,
                                      const std::vector<std::string>& more, const char* whom) {
  Result<RouterSocket> bound = RouterSocket::bind(context_, local, doors_->door_of(local));
  if (!bound) return bound.error();
  socket.emplace(std::move(*bound));
  for (const std::string& endpoint : more) {
    const Door door = doors_->door_of(endpoint);
    if (Result<void> also = socket->also_bind(endpoint, door); !also) return also;
    log_.info(fmt::format("listening for {} on {}{}", whom, socket->endpoint(),
                          door.key ? ", with keys" : ""));
    if (&socket == &workers_ && join_words_.empty()) {
      join_words_ =
          door.key
              ? "--join TOKEN@" + reachable_address(socket->endpoint(), options_.advertise)
              : "--connect " + shell_word(connect_address(socket->endpoint(), options_.advertise));
    }
    const bool first = door.key && join_line_.empty() && &socket == &workers_;
    if (!first) continue;
    if (Result<void> offered = offer_join(socket->endpoint()); !offered) return offered;
  }
  return {};
}

Result<void> Coordinator::offer_join(const std::string& endpoint) {
  if (!options_.join) return {};
  const WallTime now = read_clocks().wall;
  const Result<NewJoinToken> token = create_join_token(*doors_->store(), *options_.join, now);
  if (!token) return token.error();
  join_line_ = fmt::format("headway-worker --join {}@{}", token->text,
                           reachable_address(endpoint, options_.advertise));
  // The log says which token it is, and never what is in it.
  log_.info(fmt::format(
      "{} may join by the token {} for {}; the line to type is on standard output",
      options_.join->uses ? counted(*options_.join->uses, "worker") : "any number of workers",
      token->name, format_duration(options_.join->lifetime)));
  return {};
}

std::string Coordinator::danger() const {
  if (!doors_->wide_open()) return {};
  return "INSECURE: whoever reaches these ports may run anything on the workers, and nothing is "
         "encrypted. Start it without --insecure, and give keys to those who are to come in "
         "(`headway keys`)";
}

void Coordinator::look_after_doors() {
  std::vector<Input> inputs;
  doors_->look_after(inputs);
  for (const Input& input : inputs) core_->step(input, now_);
  doors_->count_losses(*workers_);
  doors_->count_losses(*clients_);
  for (const Doors::News& news : doors_->take_news()) {
    if (news.trouble) {
      log_.warn(news.text);
    } else {
      log_.info(news.text);
    }
  }
}

}  // namespace headway
