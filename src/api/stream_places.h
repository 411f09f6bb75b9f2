// How many answers are streamed at once: event streams and files that are written while they are read. A
// bound for all, and one for each client, so that nobody takes the places of the others.
#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace utsyn::api {

class StreamPlaces {
 public:
  // One place, as long as it lives; without a client when there was none.
  class Place {
   public:
    Place() = default;
    Place(StreamPlaces& places, std::string client) : places_(&places), client_(std::move(client)) {}
    Place(Place&& other) noexcept
        : places_(std::exchange(other.places_, nullptr)), client_(std::move(other.client_)) {}
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    Place& operator=(Place&&) = delete;
    ~Place() {
      if (places_ != nullptr) places_->leave(client_);
    }
    explicit operator bool() const { return places_ != nullptr; }

   private:
    StreamPlaces* places_ = nullptr;
    std::string client_;
  };

  Place take(std::string_view client, std::size_t most, std::size_t most_of_one) {
    const std::scoped_lock lock(mutex_);
    if (taken_ >= most) return {};
    std::string name(client);
    const auto own = by_client_.find(name);
    if (own != by_client_.end() && own->second >= most_of_one) return {};
    ++by_client_[name];
    ++taken_;
    return {*this, std::move(name)};
  }
  std::size_t taken() const {
    const std::scoped_lock lock(mutex_);
    return taken_;
  }

 private:
  void leave(const std::string& client) {
    const std::scoped_lock lock(mutex_);
    --taken_;
    if (const auto own = by_client_.find(client); own != by_client_.end() && --own->second == 0)
      by_client_.erase(own);
  }

  mutable std::mutex mutex_;
  std::size_t taken_ = 0;
  std::map<std::string, std::size_t> by_client_;
};

}  // namespace utsyn::api
