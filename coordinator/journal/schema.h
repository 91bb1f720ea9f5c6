#pragma once

#include <cstdint>

namespace headway::journal {

/// `application_id` in the header of every registry: the letters HWAY.
inline constexpr std::int32_t kApplicationId = 0x48574159;
/// `user_version`: the version of schemas/registry.sql that this program writes.
inline constexpr std::int32_t kSchemaVersion = 5;
/// The text of schemas/registry.sql, put into the library when it is built.
extern const char* const kSchemaSql;

}  // namespace headway::journal
