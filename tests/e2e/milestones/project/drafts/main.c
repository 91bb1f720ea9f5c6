#include <stdio.h>
#include <stdlib.h>

#include "calc.h"
#include "version.h"

int main(int count, char** words) {
  (void)words;
  if (count > 1) return puts("calc " CALC_VERSION) < 0;
  char word[32];
  while (next_word(word)) {
    operator_function apply = word[1] == '\0' ? find_operator(word[0]) : NULL;
    if (apply == NULL) {
      push(strtol(word, NULL, 10));
    } else {
      long right = pop();
      push(apply(pop(), right));
    }
  }
  return printf("%ld\n", pop()) < 0;
}
