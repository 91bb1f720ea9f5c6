#pragma once

#include <string>

#include "coordinator/journal/database.h"

namespace headway::journal {

/// Opens a registry for its owner, who holds its lock: makes the file (mode 0600) and its folders
/// where there are none, and migrates an older one. What is not a registry, or a newer one, is
/// refused and left as it was.
Result<Database> open_for_owner(const std::string& path);

/// Opens a registry to read from it. A reader needs `<path>-shm`, which SQLite makes where nobody
/// has the registry open: in a folder that cannot be written this fails with a message that says
/// so, rather than to ignore the lock and show what may be old.
Result<Database> open_for_reader(const std::string& path);

}  // namespace headway::journal
