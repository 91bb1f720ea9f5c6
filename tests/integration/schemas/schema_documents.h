#pragma once

#include <string>
#include <vector>

namespace headway::test {

/// A small document and whether it is a plan, as far as structure goes.
struct SchemaDocument {
  std::string text;
  bool valid;
};

/// Documents over all fields of plans and tickets, good and bad.
std::vector<SchemaDocument> schema_documents();

}  // namespace headway::test
