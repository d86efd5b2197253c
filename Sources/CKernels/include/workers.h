#pragma once
#include <stdint.h>

/// Calls body(context, i) for i = 0 … count − 1 on `workers` threads, the caller's included: worker w takes w, w +
/// workers, …. Returns when all are done. A thread that cannot be had leaves its share to the caller.
void ns_share(int64_t workers, int64_t count, void *context, void (*body)(void *context, int64_t index));
