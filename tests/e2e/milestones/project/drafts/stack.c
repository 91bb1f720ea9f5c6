#include <stdlib.h>

#include "calc.h"

static long values[64];
static int used;

void push(long value) {
  if (used == 64) abort();
  values[used++] = value;
}

long pop(void) {
  if (used == 0) abort();
  return values[--used];
}
