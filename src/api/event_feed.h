// The newest events, read once for all who listen: a thousand open pages cost the database no more than one.
#pragma once

#include <chrono>
#include <deque>
#include <memory>
#include <mutex>
#include <vector>

#include "store/events.h"

namespace utsyn::api {

class EventFeed {
 public:
  explicit EventFeed(std::shared_ptr<store::Sql> sql);
  // The events after `number`, oldest first, at most `limit`. Looks for new ones four times a second at most.
  std::vector<store::Event> after(std::int64_t number, std::size_t limit);
  std::int64_t last();

 private:
  void refresh();  // with the lock held

  std::shared_ptr<store::Sql> sql_;
  std::mutex mutex_;
  std::deque<store::Event> newest_;
  std::int64_t last_ = 0;   // the newest event read
  std::int64_t first_ = 0;  // everything after this number is in newest_
  std::chrono::steady_clock::time_point read_at_{};
};

}  // namespace utsyn::api
