#include "probe/parallel.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <deque>
#include <exception>

namespace utsyn::probe {

namespace asio = boost::asio;

Task<void> together(std::vector<Task<void>> tasks) {
  struct State {
    asio::steady_timer all_done;
    std::size_t left;
    std::exception_ptr error;
  };
  if (tasks.empty()) co_return;
  const auto executor = co_await asio::this_coro::executor;
  const auto state = std::make_shared<State>(
      State{asio::steady_timer(executor, Clock::time_point::max()), tasks.size(), {}});
  for (auto& task : tasks) {
    asio::co_spawn(executor, std::move(task), [state](std::exception_ptr error) {
      if (error && !state->error) state->error = std::move(error);
      if (--state->left == 0) state->all_done.cancel();
    });
  }
  while (state->left > 0) co_await state->all_done.async_wait(asio::as_tuple(asio::use_awaitable));
  if (state->error) std::rethrow_exception(state->error);
}

struct Gate::Impl {
  asio::io_context& context;
  int free;
  std::deque<std::shared_ptr<asio::steady_timer>> waiting;
};

Gate::Gate(asio::io_context& context, int places)
    : impl_(std::make_unique<Impl>(Impl{context, places, {}})) {}
Gate::~Gate() = default;

Task<Gate::Pass> Gate::enter() {
  if (impl_->free > 0) {
    --impl_->free;
  } else {
    const auto turn = std::make_shared<asio::steady_timer>(impl_->context, Clock::time_point::max());
    impl_->waiting.push_back(turn);
    // Ended by leave(), which hands its place on.
    co_await turn->async_wait(asio::as_tuple(asio::use_awaitable));
  }
  co_return Pass(*this);
}

void Gate::leave() {
  if (impl_->waiting.empty()) {
    ++impl_->free;
    return;
  }
  const auto next = impl_->waiting.front();
  impl_->waiting.pop_front();
  next->cancel();
}

}  // namespace utsyn::probe
