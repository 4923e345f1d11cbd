// Takes malloc's place in the test program, and hands on to it.

#include "CAllocationCount.h"

#include <features.h>

static _Thread_local AllocationCount asked;
static _Thread_local bool isCounting;

#if defined(__GLIBC__) && !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer)

void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);

static void note(size_t bytes) {
    if (!isCounting) return;
    asked.objects += 1;
    asked.bytes += bytes;
}

void *malloc(size_t bytes) {
    note(bytes);
    return __libc_malloc(bytes);
}

void *calloc(size_t count, size_t bytes) {
    note(count * bytes);
    return __libc_calloc(count, bytes);
}

void *realloc(void *old, size_t bytes) {
    note(bytes);
    return __libc_realloc(old, bytes);
}

bool AllocationCountBegin(void) {
    asked = (AllocationCount){0, 0};
    isCounting = true;
    return true;
}

#else

bool AllocationCountBegin(void) { return false; }

#endif

AllocationCount AllocationCountEnd(void) {
    isCounting = false;
    return asked;
}
