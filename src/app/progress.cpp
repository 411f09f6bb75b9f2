#include "app/progress.h"

#include <chrono>
#include <cmath>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <thread>

namespace utsyn::app {

struct ProgressLine::Impl {
  std::function<State()> state;
  Words words;
  std::chrono::steady_clock::time_point started = std::chrono::steady_clock::now();
  std::mutex mutex;
  std::condition_variable_any wake;
  std::jthread thread;

  void draw() const {
    const auto now = state();
    const auto spent = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    const int left = now.done > 0 && now.all > 0
                         ? static_cast<int>(std::lround(spent * (now.all - now.done) / now.done))
                         : -1;
    constexpr int kCells = 24;
    const int filled = now.all > 0 ? kCells * now.done / now.all : 0;
    std::string bar;
    for (int i = 0; i < kCells; ++i) bar += i < filled ? '#' : '.';
    std::fprintf(stderr, "\r\x1b[K[%s] %s", bar.c_str(), words(now, left).c_str());
    std::fflush(stderr);
  }
};

ProgressLine::ProgressLine(bool show, std::function<State()> state, Words words) {
  if (!show) return;
  impl_ = std::make_unique<Impl>();
  impl_->state = std::move(state);
  impl_->words = std::move(words);
  impl_->thread = std::jthread([impl = impl_.get()](const std::stop_token& stop) {
    std::unique_lock lock(impl->mutex);
    while (!stop.stop_requested()) {
      impl->draw();
      impl->wake.wait_for(lock, stop, std::chrono::milliseconds{200}, [] { return false; });
    }
  });
}

ProgressLine::~ProgressLine() {
  if (!impl_) return;
  impl_->thread.request_stop();
  impl_->thread.join();
  std::fprintf(stderr, "\r\x1b[K");
}

}  // namespace utsyn::app
