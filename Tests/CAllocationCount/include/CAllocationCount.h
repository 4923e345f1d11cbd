// What this thread asks malloc for between a beginning and an end.

#ifndef CALLOCATIONCOUNT_H
#define CALLOCATIONCOUNT_H

#include <stdbool.h>
#include <stddef.h>

typedef struct {
    size_t objects;
    size_t bytes;
} AllocationCount;

/// Begins to count on this thread. Says whether it can be done here: with glibc, and no sanitizer.
bool AllocationCountBegin(void);

/// Ends counting, and says what was asked for, whether it was kept or not.
AllocationCount AllocationCountEnd(void);

#endif
