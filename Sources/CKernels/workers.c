#include "include/workers.h"
#include <pthread.h>

typedef struct {
  int64_t first, step, count;
  void *context;
  void (*body)(void *, int64_t);
} ns_part;

enum { ns_most_workers = 256 };

static void *run(void *argument) {
  const ns_part *part = argument;
  for (int64_t i = part->first; i < part->count; i += part->step) part->body(part->context, i);
  return 0;
}

void ns_share(int64_t workers, int64_t count, void *context, void (*body)(void *, int64_t)) {
  pthread_t threads[ns_most_workers];
  ns_part parts[ns_most_workers];
  int started[ns_most_workers];
  if (workers > count) workers = count;
  if (workers > ns_most_workers) workers = ns_most_workers;
  for (int64_t w = 0; w < workers; w++) {
    parts[w] = (ns_part){w, workers, count, context, body};
    started[w] = w > 0 && pthread_create(&threads[w], 0, run, &parts[w]) == 0;
  }
  for (int64_t w = 0; w < workers; w++)
    if (!started[w]) run(&parts[w]);
  for (int64_t w = 0; w < workers; w++)
    if (started[w]) pthread_join(threads[w], 0);
}
