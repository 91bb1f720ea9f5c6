# Sources in, the includes between modules out: from, to, how often. Tests are left out.
FNR == 1 {
  from = FILENAME
  sub(/^\.\.\//, "", from)
  sub(/\/[^\/]*$/, "", from)
}
from !~ /^tests/ && /^#include "/ {
  to = $2
  gsub(/"/, "", to)
  if (sub(/\/[^\/]*$/, "", to) && to != from) count[from "\t" to]++
}
END { for (pair in count) print pair "\t" count[pair] }
