// utsyn worker: measures beside a service that serves only (--no-measuring), or beside other workers. The
// queue in the database sees to it that nothing is measured twice at once.
#include <csignal>
#include <cstdio>

#include "app/service_parts.h"
#include "store/store.h"

namespace utsyn::app {

int worker(const Options& options) {
  if (options.db == "none")
    return refuse({"worker needs the store of the service: give --db PATH or postgresql://...", 2});
  auto settings = measuring_settings(options);
  if (!settings) return refuse(settings.error());
  const auto where = options.db.empty() ? default_store_path() : options.db;
  const auto sql = store::open_sql(where);
  if (!sql) return refuse({sql.error().message, 1});

  const auto held = held_now(**sql);
  settings->run.network.held = held;
  // Blocked before the threads start, so that this one gets them.
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  sigaddset(&ends, SIGINT);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  {
    const engine::Measuring measuring(
        *settings, *sql, store::store_on(*sql), measuring_hooks(*sql, held), [](std::string_view line) {
          std::fprintf(stderr, "utsyn: %.*s\n", static_cast<int>(line.size()), line.data());
        });
    std::fprintf(stderr, "utsyn: working on %s\n",
                 where.starts_with("postgresql://") ? "PostgreSQL" : where.c_str());
    int signal = 0;
    sigwait(&ends, &signal);
    std::fprintf(stderr, "utsyn: stopping; what is under way goes back into the queue\n");
  }
  return 0;
}

}  // namespace utsyn::app
