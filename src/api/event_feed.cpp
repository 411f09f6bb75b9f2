#include "api/event_feed.h"

#include <algorithm>

namespace utsyn::api {
namespace {

constexpr std::size_t kKept = 2'000;
constexpr std::size_t kReadAtOnce = 500;
constexpr auto kPause = std::chrono::milliseconds(250);

}  // namespace

EventFeed::EventFeed(std::shared_ptr<store::Sql> sql) : sql_(std::move(sql)) {
  last_ = sql_->read([](store::Connection& connection) { return store::last_event(connection); });
  first_ = last_;
}

void EventFeed::refresh() {
  const auto now = std::chrono::steady_clock::now();
  if (now - read_at_ < kPause) return;
  auto fresh = sql_->read(
      [&](store::Connection& connection) { return store::events_after(connection, last_, kReadAtOnce); });
  // A full answer means that there is more: it is read at the next call, without a pause.
  if (fresh.size() < kReadAtOnce) read_at_ = now;
  for (auto& event : fresh) {
    last_ = event.number;
    newest_.push_back(std::move(event));
  }
  while (newest_.size() > kKept) {
    first_ = newest_.front().number;
    newest_.pop_front();
  }
}

std::vector<store::Event> EventFeed::after(std::int64_t number, std::size_t limit) {
  {
    const std::scoped_lock lock(mutex_);
    refresh();
    if (number >= last_) return {};
    if (number >= first_) {
      const auto from = std::ranges::upper_bound(newest_, number, {}, &store::Event::number);
      const auto count = std::min(static_cast<std::ptrdiff_t>(limit), std::distance(from, newest_.end()));
      return {from, from + count};
    }
  }
  return sql_->read(
      [&](store::Connection& connection) { return store::events_after(connection, number, limit); });
}

std::int64_t EventFeed::last() {
  const std::scoped_lock lock(mutex_);
  refresh();
  return last_;
}

}  // namespace utsyn::api
