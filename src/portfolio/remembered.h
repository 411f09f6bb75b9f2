// Answers that are kept between requests and brought up to date instead of made anew: each under a key that
// says which question it answers, the least recently asked ones dropped when all together weigh too much. One
// question is worked on by one thread at a time; the others wait for it, different questions do not.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace utsyn::portfolio {

template <class Kept>  // has bytes()
class Remembered {
 public:
  explicit Remembered(std::size_t most_bytes) : most_bytes_(most_bytes) {}

  // What `work` makes of what is kept under the key, or of what `make` gives when nothing is.
  template <class Make, class Work>
  auto with(const std::string& key, Make make, Work work) {
    const auto entry = taken(key, make);
    const std::scoped_lock turn(entry->busy);
    try {
      auto answer = work(entry->kept);
      weigh(key, entry, entry->kept.bytes());
      return answer;
    } catch (...) {
      // Half brought up to date is worth nothing.
      drop(key, entry);
      throw;
    }
  }
  std::size_t size() const {
    const std::scoped_lock lock(mutex_);
    return entries_.size();
  }

 private:
  struct Entry {
    explicit Entry(Kept given) : kept(std::move(given)) {}
    std::mutex busy;
    Kept kept;
    std::size_t bytes = 0;  // under the outer lock
    std::uint64_t asked = 0;
  };
  using Shared = std::shared_ptr<Entry>;

  template <class Make>
  Shared taken(const std::string& key, Make& make) {
    const std::scoped_lock lock(mutex_);
    auto& entry = entries_[key];
    if (!entry) entry = std::make_shared<Entry>(make());
    entry->asked = ++asked_;
    return entry;
  }
  void weigh(const std::string& key, const Shared& entry, std::size_t bytes) {
    const std::scoped_lock lock(mutex_);
    const auto found = entries_.find(key);
    if (found == entries_.end() || found->second != entry) return;  // dropped meanwhile
    bytes_ += bytes - entry->bytes;
    entry->bytes = bytes;
    while (bytes_ > most_bytes_ || entries_.size() > kMostKept) {
      auto oldest = entries_.begin();
      for (auto at = entries_.begin(); at != entries_.end(); ++at)
        if (at->second->asked < oldest->second->asked) oldest = at;
      bytes_ -= oldest->second->bytes;
      entries_.erase(oldest);
    }
  }
  void drop(const std::string& key, const Shared& entry) {
    const std::scoped_lock lock(mutex_);
    const auto found = entries_.find(key);
    if (found == entries_.end() || found->second != entry) return;
    bytes_ -= entry->bytes;
    entries_.erase(found);
  }

  static constexpr std::size_t kMostKept = 256;
  std::size_t most_bytes_;
  mutable std::mutex mutex_;
  std::map<std::string, Shared> entries_;
  std::size_t bytes_ = 0;
  std::uint64_t asked_ = 0;
};

}  // namespace utsyn::portfolio
