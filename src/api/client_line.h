// The line to one client, plain TCP or TLS; who reads and writes need not know which. Whatever is awaited on
// it ends at the hour that was set last, so that no client is waited for without end.
#pragma once

#include <array>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>

namespace boost::asio::ssl {
class context;
}

namespace utsyn::api {

class ClientLine {
 public:
  // What went wrong, and how many bytes were moved.
  using Moved = std::tuple<boost::system::error_code, std::size_t>;

  ClientLine() = default;
  virtual ~ClientLine() = default;
  ClientLine(const ClientLine&) = delete;
  ClientLine& operator=(const ClientLine&) = delete;

  virtual void must_end_within(std::chrono::steady_clock::duration time) = 0;
  virtual void must_end_by(std::chrono::steady_clock::time_point hour) = 0;
  virtual void cancel() = 0;   // what is awaited ends in an error
  virtual bool is_left() = 0;  // the client sends no more: closed, or gone; asks the system, takes nothing

  virtual boost::asio::awaitable<bool> open() = 0;  // the handshake of TLS; false when it failed
  virtual boost::asio::awaitable<Moved> read_some(boost::asio::mutable_buffer into) = 0;
  // All of both, in one go while the client takes it; false when it could not be written.
  boost::asio::awaitable<bool> write(std::string_view first, std::string_view second = {});
  virtual void no_more_answers() = 0;                // plain: tells the client; TLS does so in close()
  virtual boost::asio::awaitable<void> close() = 0;  // the goodbye of TLS

  // Nothing of a request is here: at the end of the server, this line may be cut at once.
  bool idle = false;

 protected:
  using Pair = std::array<boost::asio::const_buffer, 2>;
  virtual boost::asio::awaitable<Moved> write_some(Pair bytes) = 0;
};

std::unique_ptr<ClientLine> plain_line(boost::asio::ip::tcp::socket socket);
std::unique_ptr<ClientLine> tls_line(boost::asio::ip::tcp::socket socket,
                                     std::shared_ptr<boost::asio::ssl::context> certificate);

// The address at the other end, an IPv4 one as such; empty when it is gone.
std::string name_of_peer(const boost::asio::ip::tcp::socket& socket);

}  // namespace utsyn::api
