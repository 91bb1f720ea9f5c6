#pragma once

#include <optional>

#include "common/messages/control_messages.h"
#include "common/wire/codec.h"
#include "coordinator/control/registry_view.h"

namespace headway {

/// Whether a request of this kind changes something, or only asks.
bool changes_something(Verb verb);

/// The run that a question is about, as it names it (0: whichever `RegistryView::choose` finds);
/// none where it is about all of them.
Result<std::optional<RunId>> run_asked_about(const Request& request);

/// The reply to a question, as things are now; `events` without waiting for any.
Reply answer_question(RegistryView& view, const Request& request, Now now);

template <class Body>
Reply body_reply(const Request& request, const Body& body) {
  Reply reply;
  reply.id = request.id;
  reply.body = {encode_body(body)};
  return reply;
}

Reply error_reply(const Request& request, const Error& error);

}  // namespace headway
