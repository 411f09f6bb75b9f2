// The rooms a handler may use. Built once by `utsyn serve`; every member outlives the server.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "access/access.h"
#include "api/ownership_gate.h"
#include "base/time.h"
#include "engine/ownership.h"
#include "store/sql.h"
#include "store/store.h"

namespace utsyn::access {
class Accounts;
}
namespace utsyn::portfolio {
class Portfolios;
}
namespace utsyn::engine {
class Measuring;
}

namespace utsyn::api {

struct Request;
class Backups;
class EventFeed;
class Metrics;
class StaticFiles;

// What a handler knows of the process it runs in.
struct Installation {
  UtcTime started{};
  std::string data_folder;                  // of the store and its backups; empty: unknown
  std::string reference_folder;             // --data; empty: none given
  std::shared_ptr<std::atomic<bool>> held;  // engine/stop_switch.h; null: nothing is measured here
};

struct Context {
  std::shared_ptr<store::Sql> sql;
  std::shared_ptr<store::Store> store;
  std::shared_ptr<access::Accounts> accounts;         // users, sessions, tokens, grants, login
  std::shared_ptr<portfolio::Portfolios> portfolios;  // all organisations' figures, in columns in memory
  std::shared_ptr<engine::Measuring> measuring;       // takes the jobs; null in tests that do not measure
  std::function<UtcTime()> now;                       // the clock, so that tests can turn it
  std::string public_address;                         // "https://utsyn.example.no", for links
  std::shared_ptr<EventFeed> events;                  // event_feed.h; null: routes read the store themselves
  std::shared_ptr<Metrics> metrics;                   // metrics.h; null in tests
  Installation installation;
  std::shared_ptr<Backups> backups;        // backups.h; null: where none are made
  std::shared_ptr<const StaticFiles> web;  // static_files.h; null: the service is the API alone
  // Looks for an organisation's token at a domain (engine/ownership.h); empty where nothing is measured.
  std::function<engine::OwnershipSeen(const std::string& domain, const std::string& token)> ask_ownership;
  std::shared_ptr<OwnershipGate> ownership_gate = std::make_shared<OwnershipGate>();
  // Who asks, for tests without accounts. When empty, `accounts` is asked with the request's cookie and
  // token.
  std::function<std::optional<access::Access>(const Request&)> caller;
};

}  // namespace utsyn::api
