#ifndef HELPER_H
#define HELPER_H

/* Stands before functions that only one file uses. */
#define HELPER

#endif
