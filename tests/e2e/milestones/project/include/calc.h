#ifndef CALC_H
#define CALC_H

#include "helper.h"

/* An operator of the calculator, by its sign. */
typedef long (*operator_function)(long left, long right);
operator_function find_operator(char sign);

void push(long value);
long pop(void);

/* The next word of standard input in `word`; 0: there is none. */
int next_word(char word[static 32]);

#endif
