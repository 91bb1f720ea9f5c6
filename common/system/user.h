#pragma once

#include <string>

namespace headway {

/// Who this process acts for: the login name of its effective user, else the user's number.
std::string user_name();

}  // namespace headway
