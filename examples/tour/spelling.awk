# Words with their counts in, probable misspellings out: words seen once or twice that begin like a
# word seen often and are one slip of the fingers away from it: a letter left out, one too many, or
# two neighbours swapped.
function offer(slip, word) { if (slip != word && !(slip in meant)) meant[slip] = word }

{ count[$1] = $2 }
END {
  for (word in count) {
    if (length(word) < 6) continue
    for (i = 2; i <= length(word); i++) {
      before = substr(word, 1, i - 1)
      shorter = before substr(word, i + 1)
      if (count[word] >= 5) {
        offer(shorter, word)
        offer(before substr(word, i + 1, 1) substr(word, i, 1) substr(word, i + 2), word)
      } else if (count[word] <= 2 && shorter in count && count[shorter] >= 5) {
        offer(word, shorter)
      }
    }
  }
  for (slip in meant)
    # An ending more or less (`group`, `groups`) is no slip.
    if (slip in count && count[slip] <= 2 && index(slip, meant[slip]) != 1 && index(meant[slip], slip) != 1)
      print slip "\t" meant[slip]
}
