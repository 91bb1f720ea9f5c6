#include <stdio.h>

#include "calc.h"

int next_word(char word[static 32]) { return scanf("%31s", word) == 1; }
