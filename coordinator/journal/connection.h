#pragma once

#include <optional>

#include "coordinator/journal/database.h"
#include "coordinator/journal/registry.h"
#include "coordinator/journal/registry_lock.h"

namespace headway {

/// What stands behind a Registry: the lock (the owner's only), the database, and the statements
/// that are used again and again. Members are destroyed from the last to the first: statements,
/// database, lock.
struct Registry::Connection {
  std::optional<journal::RegistryLock> lock;
  journal::Database database;

  // The owner's.
  Sequence last_sequence{};
  bool failed = false;  ///< a commit failed: its outcome is unknown until the file is opened again
  journal::Statement begin{}, end{};
  journal::Statement insert_run{}, insert_submission{}, insert_compiled{}, insert_ticket{},
      insert_fact{}, update_run{}, update_counts{}, replace_tally{}, delete_tally{};

  // Everybody's.
  journal::Statement select_ticket_id{};
};

}  // namespace headway
