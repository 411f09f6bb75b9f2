// Threads that run handlers, with a queue that has an end: who comes when it is full is told to come back.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace utsyn::api {

class Workers {
 public:
  Workers(std::size_t threads, std::size_t most_waiting) : most_waiting_(most_waiting) {
    for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { run(); });
  }
  ~Workers() { stop(); }
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  // False when the queue is full or the end has come; then nothing was taken.
  bool submit(std::function<void()> work) {
    {
      const std::scoped_lock lock(mutex_);
      if (stopped_ || queue_.size() >= most_waiting_) return false;
      queue_.push_back(std::move(work));
    }
    wake_.notify_one();
    return true;
  }
  std::size_t waiting() const {
    const std::scoped_lock lock(mutex_);
    return queue_.size();
  }
  // Finishes what runs, forgets what waits.
  void stop() {
    {
      const std::scoped_lock lock(mutex_);
      stopped_ = true;
      queue_.clear();
    }
    wake_.notify_all();
    for (auto& thread : threads_) {
      if (thread.joinable()) thread.join();
    }
  }

 private:
  void run() {
    std::unique_lock lock(mutex_);
    for (;;) {
      wake_.wait(lock, [this] { return stopped_ || !queue_.empty(); });
      if (stopped_) return;
      auto work = std::move(queue_.front());
      queue_.pop_front();
      lock.unlock();
      work();
      work = nullptr;
      lock.lock();
    }
  }

  std::size_t most_waiting_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> queue_;
  bool stopped_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace utsyn::api
