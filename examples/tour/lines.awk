# Sources in, a table out: for each module its files, lines of code, of comments, and blank ones.
# Called with many files at once; a module is the folder of a file.
FNR == 1 {
  module = FILENAME
  sub(/^\.\.\//, "", module)
  sub(/\/[^\/]*$/, "", module)
  files[module]++
}
/^[ \t]*$/ { blank[module]++; next }
/^[ \t]*(\/\/|\/\*|\*|#[ !])/ && !/^[ \t]*#(include|pragma|define|error|if|else|endif)/ { comment[module]++; next }
{ code[module]++ }
END {
  for (module in files)
    printf "%s\t%d\t%d\t%d\t%d\n", module, files[module], code[module], comment[module], blank[module]
}
