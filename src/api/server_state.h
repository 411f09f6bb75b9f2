// What all connections of a server share: its limits, its routes, its workers, and the counts that the
// limits are held against.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "api/context.h"
#include "api/route.h"
#include "api/server.h"
#include "api/stream_places.h"
#include "api/workers.h"

namespace utsyn::api {

struct ServerState {
  ServerSettings settings;
  Context& context;
  Router router;
  bool tls = false;
  std::unique_ptr<Workers> workers;  // from run() on
  std::atomic<bool> stopping = false;
  std::atomic<std::int64_t> connections = 0;
  StreamPlaces streams;
  std::atomic<std::size_t> body_bytes = 0;  // of the bodies that are being read or answered
};

}  // namespace utsyn::api
