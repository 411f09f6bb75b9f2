// The server in process, with short limits: many at once, overload, slow clients, long answers, the end.
#include "api/server.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "api/metrics.h"
#include "base/text.h"

namespace utsyn::api {
namespace {

using Clock = std::chrono::steady_clock;

// A socket to the server, read with a limit of ten seconds.
class Client {
 public:
  explicit Client(int port, int receive_buffer = 0) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    const timeval limit{.tv_sec = 10, .tv_usec = 0};
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    if (receive_buffer > 0) setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<std::uint16_t>(port));
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = ::connect(fd_, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0;
  }
  ~Client() { ::close(fd_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  bool connected() const { return connected_; }
  bool send(std::string_view text) const { return ::send(fd_, text.data(), text.size(), MSG_NOSIGNAL) >= 0; }
  // What comes next; empty at the end or when nothing came.
  std::string some() const {
    std::string out(65'536, '\0');
    const auto size = ::recv(fd_, out.data(), out.size(), 0);
    out.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
    return out;
  }
  std::string until_end() const {
    std::string out;
    for (auto more = some(); !more.empty(); more = some()) out += more;
    return out;
  }
  // One answer with a Content-Length.
  std::string answer() const {
    std::string out;
    for (;;) {
      const auto end = out.find("\r\n\r\n");
      if (end != std::string::npos) {
        const auto at = out.find("Content-Length: ");
        const auto length =
            at == std::string::npos ? 0 : std::stoul(out.substr(at + sizeof "Content-Length: " - 1));
        if (out.size() >= end + 4 + length) return out;
      }
      const auto more = some();
      if (more.empty()) return out;
      out += more;
    }
  }

 private:
  int fd_;
  bool connected_ = false;
};

int status_of(const std::string& answer) {
  return answer.starts_with("HTTP/1.1 ") ? std::stoi(answer.substr(9, 3)) : 0;
}

std::string get(std::string_view path, std::string_view more = {}) {
  return "GET " + std::string(path) + " HTTP/1.1\r\nHost: x\r\n" + std::string(more) + "\r\n";
}

class Serving : public testing::Test {
 protected:
  Serving() {
    settings.listen = "127.0.0.1:0";
    settings.io_threads = 2;
    settings.worker_threads = 2;
    context.metrics = std::make_shared<Metrics>();
    context.now = [] { return from_unix(1'800'000'000); };
    const auto add = [&](std::string method, std::string pattern, Handler handler) {
      auto operation = pattern;
      router.add({.method = std::move(method),
                  .pattern = std::move(pattern),
                  .operation = std::move(operation),
                  .door = Door::open,
                  .handler = std::move(handler),
                  .body_limit = 100'000});
    };
    add("GET", "/fast", [](Context&, const Request&) { return json_response({{"fast", true}}); });
    add("GET", "/slow", [](Context&, const Request&) {
      std::this_thread::sleep_for(std::chrono::milliseconds(300));
      return json_response({{"slow", true}});
    });
    add("POST", "/echo", [](Context&, const Request& request) { return json_response(request.json); });
    add("GET", "/large", [](Context&, const Request&) {
      return Response{.type = "text/plain", .body = std::string(std::size_t{8} << 20U, 'x')};
    });
    add("GET", "/pieces", [](Context&, const Request&) {
      Response response;
      response.type = "text/plain";
      response.stream = [number = 0]() mutable -> std::optional<std::string> {
        if (number == 3) return std::nullopt;
        return "piece " + std::to_string(++number) + "\n";
      };
      return response;
    });
    add("GET", "/endless", [this](Context&, const Request&) {
      Response response;
      response.stream = [this]() -> std::optional<std::string> {
        ++pieces;
        return std::string(64 * 1024, 'x');
      };
      return response;
    });
    add("GET", "/quiet", [](Context&, const Request&) {
      Response response;
      response.type = "text/event-stream";
      response.stream = []() -> std::optional<std::string> { return std::string(); };
      return response;
    });
    add("GET", "/broken-stream", [](Context&, const Request&) {
      Response response;
      response.stream = []() -> std::optional<std::string> { throw std::runtime_error("no more"); };
      return response;
    });
    add("GET", "/header", [](Context&, const Request&) {
      Response response{.body = "{}"};
      response.headers.emplace_back("X-Good", "1");
      response.headers.emplace_back("X-Bad", "1\r\nSet-Cookie: a=b");
      return response;
    });
  }
  ~Serving() override { stop(); }

  void start() {
    auto opened = Server::open(settings, context, router);
    ASSERT_TRUE(opened.has_value()) << opened.error();
    server = std::move(*opened);
    port = std::stoi(server->address().substr(server->address().rfind(':') + 1));
    thread = std::thread([this] { server->run(); });
  }
  void stop() {
    if (!thread.joinable()) return;
    server->stop();
    thread.join();
  }
  std::string ask(std::string_view request) {
    const Client client(port);
    client.send(request);
    return client.answer();
  }

  ServerSettings settings;
  Context context;
  Router router;
  std::unique_ptr<Server> server;
  std::thread thread;
  int port = 0;
  std::atomic<int> pieces = 0;
};

TEST_F(Serving, ManyAtOnceAreAllAnswered) {
  start();
  std::atomic<int> good = 0;
  std::vector<std::thread> clients;
  for (int i = 0; i < 8; ++i) {
    clients.emplace_back([&] {
      const Client client(port);
      for (int n = 0; n < 50; ++n) {
        client.send(get(n % 5 == 0 ? "/nowhere" : "/fast"));
        if (status_of(client.answer()) == (n % 5 == 0 ? 404 : 200)) ++good;
      }
    });
  }
  for (auto& client : clients) client.join();
  EXPECT_EQ(good, 400);
  EXPECT_NE(context.metrics->text().find("utsyn_requests_total"), std::string::npos);
}

TEST_F(Serving, WhoComesWhenTheQueueIsFullIsToldToComeBack) {
  settings.worker_threads = 1;
  settings.most_waiting = 1;
  start();
  std::atomic<int> served = 0;
  std::atomic<int> busy = 0;
  std::vector<std::thread> clients;
  for (int i = 0; i < 6; ++i) {
    clients.emplace_back([&] {
      const auto answer = ask(get("/slow"));
      if (status_of(answer) == 200) ++served;
      if (status_of(answer) == 503 && answer.find("Retry-After") != std::string::npos) ++busy;
    });
  }
  for (auto& client : clients) client.join();
  EXPECT_EQ(served + busy, 6);
  EXPECT_GE(served, 1);
  EXPECT_GE(busy, 3);
}

TEST_F(Serving, SlowHeadersAndBodiesEnd) {
  settings.header_time = std::chrono::seconds(1);
  settings.body_time = std::chrono::seconds(1);
  settings.idle_time = std::chrono::seconds(1);
  start();
  const std::string beginnings[] = {"", "GET /fast HTTP/1.1\r\nHo",
                                    "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\n{"};
  for (const auto& beginning : beginnings) {
    const Client client(port);
    const auto begun = Clock::now();
    client.send(beginning);
    EXPECT_EQ(client.until_end(), "");
    EXPECT_LT(Clock::now() - begun, std::chrono::seconds(4)) << beginning;
    EXPECT_GT(Clock::now() - begun, std::chrono::milliseconds(700)) << beginning;
  }
}

TEST_F(Serving, BodiesTogetherHaveABound) {
  settings.most_body_bytes = 60'000;
  start();
  const Client first(port);
  first.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 50000\r\n\r\n");
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  const auto second = ask("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 50000\r\n\r\n");
  EXPECT_EQ(status_of(second), 503) << second;
  first.send('"' + std::string(49'998, 'a') + '"');
  EXPECT_EQ(status_of(first.answer()), 200);
  EXPECT_EQ(status_of(ask("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}")), 200);
}

TEST_F(Serving, LongAnswersComeInPieces) {
  start();
  const auto answer = [&] {
    const Client client(port);
    client.send(get("/pieces", "Connection: close\r\n"));
    return client.until_end();
  }();
  EXPECT_NE(answer.find("Transfer-Encoding: chunked"), std::string::npos);
  EXPECT_NE(answer.find("8\r\npiece 1\n\r\n8\r\npiece 2\n\r\n8\r\npiece 3\n\r\n0\r\n\r\n"), std::string::npos)
      << answer;
  const Client broken(port);
  broken.send(get("/broken-stream"));
  EXPECT_EQ(status_of(broken.until_end()), 200);
}

TEST_F(Serving, ASlowReaderIsWaitedForAndThenDropped) {
  settings.write_time = std::chrono::seconds(1);
  start();
  const Client client(port, 4096);
  client.send(get("/endless"));
  std::this_thread::sleep_for(std::chrono::milliseconds(700));
  const int taken = pieces;
  EXPECT_GT(taken, 0);
  EXPECT_LT(taken, 200) << "what nobody reads is not made";
  std::this_thread::sleep_for(std::chrono::seconds(2));
  const int at_end = pieces;
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
  EXPECT_EQ(pieces, at_end) << "the reader was dropped";
}

TEST_F(Serving, AValueWithALineFeedMakesNoHeader) {
  start();
  const auto answer = ask(get("/header"));
  EXPECT_NE(answer.find("X-Good: 1"), std::string::npos);
  EXPECT_EQ(answer.find("X-Bad"), std::string::npos);
  EXPECT_EQ(answer.find("Set-Cookie"), std::string::npos);
}

TEST_F(Serving, TooManyConnectionsAreClosed) {
  settings.most_connections = 2;
  start();
  const Client one(port);
  const Client two(port);
  one.send(get("/fast"));
  two.send(get("/fast"));
  EXPECT_EQ(status_of(one.answer()), 200);
  EXPECT_EQ(status_of(two.answer()), 200);
  const Client three(port);
  three.send(get("/fast"));
  EXPECT_EQ(three.until_end(), "");
}

// Nobody takes the places of the others; and a place that is left is free.
TEST_F(Serving, OneClientHasItsShareOfStreams) {
  settings.most_streams_of_one = 2;
  start();
  const Client one(port);
  one.send(get("/endless"));
  EXPECT_FALSE(one.some().empty());
  {
    const Client two(port);
    two.send(get("/endless"));
    EXPECT_FALSE(two.some().empty());
    const Client three(port);
    three.send(get("/pieces"));
    EXPECT_EQ(status_of(three.answer()), 503);
    three.send(get("/fast"));
    EXPECT_EQ(status_of(three.answer()), 200);
  }
  for (const auto last = Clock::now() + std::chrono::seconds(20);;) {
    const Client three(port);
    three.send(get("/pieces"));
    if (status_of(three.some()) == 200) break;
    ASSERT_LT(Clock::now(), last);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

// A page that is reloaded again and again, while nothing happens that could be written to it.
TEST_F(Serving, AQuietStreamThatIsLeftGivesItsPlaceBack) {
  settings.most_streams_of_one = 2;
  start();
  for (int visit = 0; visit < 3; ++visit) {
    const Client one(port);
    const Client two(port);
    one.send(get("/quiet"));
    two.send(get("/quiet"));
    EXPECT_EQ(status_of(one.some()), 200) << visit;
    EXPECT_EQ(status_of(two.some()), 200) << visit;
  }
}

TEST_F(Serving, TheEndLetsTheLastAnswerOut) {
  start();
  const Client idle(port);
  const Client busy(port);
  idle.send(get("/fast"));
  EXPECT_EQ(status_of(idle.answer()), 200);
  const Client streaming(port);
  streaming.send(get("/endless"));
  std::thread reader([&] { streaming.until_end(); });
  busy.send(get("/slow"));
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  const auto begun = Clock::now();
  stop();
  EXPECT_LT(Clock::now() - begun, std::chrono::seconds(5));
  reader.join();
  const auto last = busy.answer();
  EXPECT_EQ(status_of(last), 200);
  EXPECT_NE(last.find("Connection: close"), std::string::npos);
  EXPECT_EQ(idle.some(), "");
}

TEST(Opening, SaysWhatIsWrong) {
  Context context;
  const auto wrong = [&](ServerSettings settings) {
    const auto opened = Server::open(std::move(settings), context, Router{});
    return opened ? std::string() : opened.error();
  };
  for (const auto* where :
       {"x", "127.0.0.1", "127.0.0.1:99999", "localhost:80", "fd:x", "fd:0", "fd:99999999"})
    EXPECT_NE(wrong({.listen = where}).find(where), std::string::npos) << where;
  EXPECT_NE(wrong({.listen = "127.0.0.1:0", .tls_certificate_file = "/nowhere", .tls_key_file = "/nowhere"})
                .find("--tls-cert /nowhere"),
            std::string::npos);
  EXPECT_EQ(wrong({.listen = "[::1]:0"}), "");
}

}  // namespace
}  // namespace utsyn::api
