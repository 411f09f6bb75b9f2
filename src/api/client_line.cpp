// Each of Beast's two streams is compiled here, and only with these few operations: reading some, writing
// some, and for TLS its beginning and end. That is most of what this file costs.
#include "api/client_line.h"

#include <poll.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <type_traits>

namespace utsyn::api {

namespace net = boost::asio;
using net::ip::tcp;

net::awaitable<bool> ClientLine::write(std::string_view first, std::string_view second) {
  while (!first.empty() || !second.empty()) {
    const auto [error, moved] = co_await write_some(
        {net::buffer(first.data(), first.size()), net::buffer(second.data(), second.size())});
    if (error) co_return false;
    const auto of_first = std::min(moved, first.size());
    first.remove_prefix(of_first);
    second.remove_prefix(moved - of_first);
  }
  co_return true;
}

namespace {

using PlainStream = boost::beast::tcp_stream;
using TlsStream = boost::beast::ssl_stream<PlainStream>;
constexpr auto kGoodbyeTime = std::chrono::seconds(2);

// On its own, so that the certificate is there before the stream and after it.
struct HeldCertificate {
  std::shared_ptr<net::ssl::context> certificate;
};

template <class Stream>
class LineOver final : private HeldCertificate, public ClientLine {
 public:
  explicit LineOver(tcp::socket socket)
    requires std::is_same_v<Stream, PlainStream>
      : stream_(std::move(socket)) {}
  LineOver(tcp::socket socket, std::shared_ptr<net::ssl::context> with)
    requires std::is_same_v<Stream, TlsStream>
      : HeldCertificate{std::move(with)}, stream_(PlainStream(std::move(socket)), *certificate) {}

  void must_end_within(std::chrono::steady_clock::duration time) override { lowest().expires_after(time); }
  void must_end_by(std::chrono::steady_clock::time_point hour) override { lowest().expires_at(hour); }
  void cancel() override { lowest().cancel(); }
  bool is_left() override {
    pollfd line{.fd = lowest().socket().native_handle(), .events = POLLRDHUP, .revents = 0};
    return ::poll(&line, 1, 0) > 0;
  }

  net::awaitable<bool> open() override {
    if constexpr (kTls) {
      const auto [error] =
          co_await stream_.async_handshake(net::ssl::stream_base::server, net::as_tuple(net::use_awaitable));
      co_return !error;
    }
    co_return true;
  }
  net::awaitable<Moved> read_some(net::mutable_buffer into) override {
    return stream_.async_read_some(into, net::as_tuple(net::use_awaitable));
  }
  net::awaitable<Moved> write_some(Pair bytes) override {
    return stream_.async_write_some(bytes, net::as_tuple(net::use_awaitable));
  }
  void no_more_answers() override {
    boost::system::error_code ignored;
    if constexpr (!kTls) ignored = lowest().socket().shutdown(tcp::socket::shutdown_send, ignored);
  }
  net::awaitable<void> close() override {
    if constexpr (kTls) {
      lowest().expires_after(kGoodbyeTime);
      co_await stream_.async_shutdown(net::as_tuple(net::use_awaitable));
    }
    co_return;
  }

 private:
  static constexpr bool kTls = std::is_same_v<Stream, TlsStream>;
  PlainStream& lowest() { return boost::beast::get_lowest_layer(stream_); }

  Stream stream_;
};

}  // namespace

std::unique_ptr<ClientLine> plain_line(tcp::socket socket) {
  return std::make_unique<LineOver<PlainStream>>(std::move(socket));
}

std::unique_ptr<ClientLine> tls_line(tcp::socket socket, std::shared_ptr<net::ssl::context> certificate) {
  return std::make_unique<LineOver<TlsStream>>(std::move(socket), std::move(certificate));
}

std::string name_of_peer(const tcp::socket& socket) {
  boost::system::error_code error;
  const auto endpoint = socket.remote_endpoint(error);
  if (error) return {};
  auto address = endpoint.address();
  if (address.is_v6() && address.to_v6().is_v4_mapped())
    address = net::ip::make_address_v4(net::ip::v4_mapped, address.to_v6());
  return address.to_string();
}

}  // namespace utsyn::api
