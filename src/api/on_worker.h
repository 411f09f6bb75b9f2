// From the I/O thread to a worker and back again, as one thing to await.
#pragma once

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>
#include <optional>
#include <type_traits>

#include "api/workers.h"

namespace utsyn::api {

// Hands work to a worker thread and comes back to this one with what it gave; nothing when the queue is full.
template <class Work>
boost::asio::awaitable<std::optional<std::invoke_result_t<Work>>> on_worker(Workers& workers, Work work) {
  using Answer = std::optional<std::invoke_result_t<Work>>;
  namespace net = boost::asio;
  return net::async_initiate<const net::use_awaitable_t<>&, void(Answer)>(
      [&workers](auto&& handler, Work inner) {
        const auto executor = net::get_associated_executor(handler);
        const auto guard = net::make_work_guard(executor);
        const auto shared =
            std::make_shared<std::decay_t<decltype(handler)>>(std::forward<decltype(handler)>(handler));
        auto run = [shared, guard, inner = std::move(inner)]() mutable {
          auto answer = std::make_shared<Answer>();
          answer->emplace(inner());
          net::post(guard.get_executor(), [shared, answer] { (*shared)(std::move(*answer)); });
        };
        if (!workers.submit(std::move(run))) net::post(executor, [shared] { (*shared)(Answer{}); });
      },
      net::use_awaitable, std::move(work));
}

}  // namespace utsyn::api
