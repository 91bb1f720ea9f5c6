#pragma once

namespace headway {

/// Lets this process have as many files open as it is allowed to (RLIMIT_NOFILE: Debian's 1024 are
/// too few for a thousand connections), at most 65,536. For programs that do not start people's
/// commands: those would inherit it.
void allow_open_files();

}  // namespace headway
