# Documents in, their links to other files of the repository out: document, line, target as a path.
# Links to the web and within a page are passed over, and so is what stands in code.
FNR == 1 { fenced = 0; folder = FILENAME; sub(/[^\/]*$/, "", folder) }
/^[ \t]*```/ { fenced = !fenced }
fenced { next }
{
  text = $0
  gsub(/`[^`]*`/, "", text)
  while (match(text, /\]\([^)]*\)/)) {
    target = substr(text, RSTART + 2, RLENGTH - 3)
    text = substr(text, RSTART + RLENGTH)
    sub(/#.*/, "", target)
    sub(/ ".*/, "", target)
    if (target == "" || target ~ /^[a-z]+:/) continue
    print FILENAME "\t" FNR "\t" folder target
  }
}
