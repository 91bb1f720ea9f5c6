# Sources in, the words that their identifiers are made of out: word, how often.
# `TicketIndex` and `ticket_index` are both "ticket" and "index". The language's own words do not count.
BEGIN {
  split("alignas auto bool break case catch char class const constexpr continue default delete double else enum " \
        "explicit false float friend inline namespace noexcept nodiscard nullptr operator override private protected " \
        "public return short signed sizeof static struct switch template this throw true typename uint union unsigned " \
        "using virtual void while size string vector optional", words, " ")
  for (i in words) language[words[i]] = 1
}
/^#/ { next }
{
  sub(/\/\/.*/, "")
  gsub(/"[^"]*"/, " ")
  gsub(/[^A-Za-z]+/, " ")
  for (i = 1; i <= NF; i++) {
    name = $i
    while (match(name, /[A-Z]?[a-z]+/)) {
      word = tolower(substr(name, RSTART, RLENGTH))
      if (length(word) > 3 && !(word in language)) count[word]++
      name = substr(name, RSTART + RLENGTH)
    }
  }
}
END { for (word in count) print word "\t" count[word] }
