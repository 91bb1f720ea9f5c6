#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "common/base/result.h"
#include "common/messages/worker_messages.h"
#include "worker/core/slot_messages.h"
#include "worker/process/containment.h"

/// What worker and supervisor say to each other beyond the core's commands and events.

namespace headway::worker {

/// The first message to a supervisor.
struct SlotSetup {
  SlotId slot;
  Containment containment = Containment::kSubreaper;
  std::string progress_directory;  ///< absolute
  std::vector<std::pair<std::string, std::string>> secrets;
  template <class V>
  void fields(V& v) {
    v("slot", slot);
    v("containment", containment);
    v("progress_directory", progress_directory);
    v("secrets", secrets);
  }
};

/// The supervisor's answer. With a problem it does not serve, and ends.
struct SlotReady {
  SlotId slot;
  std::string problem;
  template <class V>
  void fields(V& v) {
    v("slot", slot);
    v("problem", problem);
  }
};

/// From a process that reads files (file_reader.h) to the supervisor that started it.
struct FilesRead {
  std::vector<Artifact> files;
  std::string problem;  ///< empty: all is as it should be
  template <class V>
  void fields(V& v) {
    v("files", files);
    v("problem", problem);
  }
};

}  // namespace headway::worker

namespace headway {

HW_MESSAGE_NAME(worker::SlotSetup, "slot_setup");
HW_MESSAGE_NAME(worker::SlotReady, "slot_ready");
HW_MESSAGE_NAME(worker::FilesRead, "files_read");

}  // namespace headway

namespace headway::worker {

struct ToSupervisor {
  std::uint64_t session = 0;
  std::variant<SlotSetup, StartSlot, ExtendLease, StopSlot> message;
};
struct FromSupervisor {
  std::uint64_t session = 0;
  std::variant<SlotReady, SlotStarted, SlotOutput, SlotProgress, SlotStep, SlotCheckpoint,
               SlotEnded>
      message;
};
struct FromFileReader {
  std::uint64_t session = 0;
  std::variant<FilesRead> message;
};

/// In one file, so that msgpack is compiled once.
std::string encode(const ToSupervisor& message);
std::string encode(const FromSupervisor& message);
std::string encode(const FromFileReader& message);
Result<ToSupervisor> decode_to_supervisor(std::string_view frame);
Result<FromSupervisor> decode_from_supervisor(std::string_view frame);
Result<FromFileReader> decode_from_file_reader(std::string_view frame);

}  // namespace headway::worker
