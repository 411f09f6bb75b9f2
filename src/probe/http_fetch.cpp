#include "probe/http_fetch.h"

#include <algorithm>

namespace utsyn::probe {
namespace {

constexpr std::chrono::seconds kLongestExchange{
    15};  // a server that drips is left before it has eaten the visit
constexpr int kInterimReads = 4096;

wire::Headers request_headers(const Request& request, const std::string& user_agent) {
  wire::Headers headers;
  headers.add("User-Agent", user_agent);
  headers.add("Accept", "text/html,application/xhtml+xml;q=0.9,*/*;q=0.5");
  headers.add("Accept-Encoding", "gzip, deflate");
  for (const auto& field : request.headers) headers.add(field.name, field.value);
  return headers;
}

}  // namespace

HttpClient::HttpClient(Visit& visit, Resolver& resolver, const TrustStore& trust,
                       std::size_t body_limit_bytes)
    : visit_(visit), resolver_(resolver), trust_(trust), body_limit_(body_limit_bytes) {}

Task<Observed<HttpClient::Open>> HttpClient::open(const Request& request) {
  const auto& url = request.url;
  // A redirect may lead to somebody who wants to be left alone; the visit's own host was asked for at its
  // start.
  if (const auto no = visit_.network().refuses(url.host)) co_return *no;
  std::vector<IpAddress> addresses;
  if (request.address) {
    addresses = {*request.address};
  } else if (const auto literal = url.address()) {
    addresses = {*literal};
  } else {
    auto found = co_await resolver_.addresses(visit_, url.host);
    if (found.addresses.empty())
      co_return found.known.seen() != nullptr ? Unseen::unreachable : found.known.unseen();
    addresses = std::move(found.addresses);
  }
  Unseen why = Unseen::unreachable;
  // A browser tries the next address when one does not answer; three are enough to know.
  for (std::size_t i = 0; i < addresses.size() && i < 3; ++i) {
    const Endpoint server{addresses[i], url.port};
    address_asked_ = addresses[i].str();
    auto connection = co_await visit_.connect(server);
    if (connection.seen() == nullptr) {
      why = connection.unseen();
      continue;
    }
    Open opened;
    opened.address = address_asked_;
    opened.server = url.origin() + " " + address_asked_;
    if (url.is_https()) {
      auto plain = std::move(*connection.seen());
      auto secured = co_await start_tls(visit_, trust_, std::move(plain), url.host, {"http/1.1"});
      if (secured.seen() == nullptr) co_return secured.unseen();
      opened.connection = std::move(secured.seen()->connection);
      opened.certificate_valid = secured.seen()->certificate_valid;
    } else {
      opened.connection = std::move(*connection.seen());
    }
    co_return std::move(opened);
  }
  co_return why;
}

Task<Observed<Fetched>> HttpClient::exchange(Open& open, const Request& request, bool& keep) {
  keep = false;
  const auto text = wire::build_request(request.method, request.url.target, request.url.authority(),
                                        request_headers(request, visit_.network().settings().user_agent));
  const auto written = co_await open.connection->write(as_bytes(text));
  if (written.seen() == nullptr) co_return written.unseen();
  wire::ResponseLimits limits;
  limits.body_bytes = body_limit_;
  wire::ResponseParser parser(request.method, limits);
  const auto give_up = std::min(visit_.deadline(), Clock::now() + kLongestExchange);
  std::uint8_t buffer[4096];
  bool heard = false;
  for (int reads = 0; parser.state() == wire::ParseState::need_more; ++reads) {
    if (Clock::now() >= give_up || reads > kInterimReads) co_return Unseen::timed_out;
    const auto got = co_await open.connection->read_some(buffer);
    if (got.seen() == nullptr) {
      if (!parser.has_head()) co_return got.unseen();
      parser.close();  // the head stands; the body is what came
      break;
    }
    if (*got.seen() == 0) {
      // Closed without a word, as good as broken off: which of the two it looks like is chance.
      if (!heard) co_return Unseen::reset;
      parser.close();
      break;
    }
    heard = true;
    parser.feed(ByteView(buffer, *got.seen()));
  }
  // Lengths that contradict themselves leave nothing to rely on: no browser shows such an answer.
  if (!parser.has_head() || parser.state() == wire::ParseState::malformed) co_return Unseen::malformed;
  Fetched fetched;
  fetched.address = open.address;
  fetched.certificate_valid = open.certificate_valid;
  keep = parser.state() == wire::ParseState::done && parser.response().keep_alive &&
         !parser.response().truncated;
  fetched.response = parser.take();
  fetched.body_truncated = fetched.response.truncated;
  const auto coding = lower(fetched.response.headers.joined("content-encoding"));
  if (coding.empty() || coding == "identity") {
    fetched.body = std::move(fetched.response.body);
  } else if (auto plain = inflate_bounded(fetched.response.body, body_limit_, fetched.body_truncated)) {
    fetched.body = std::move(*plain);
  }
  fetched.response.body.clear();
  co_return std::move(fetched);
}

Task<Observed<Fetched>> HttpClient::fetch(Request request) {
  // A kept connection may have been closed meanwhile: then the question is asked once more on a new one.
  if (kept_ && kept_->server == request.url.origin() + " " + kept_->address &&
      (!request.address || request.address->str() == kept_->address)) {
    auto open = std::move(*kept_);
    kept_.reset();
    address_asked_ = open.address;
    bool keep = false;
    auto fetched = co_await exchange(open, request, keep);
    if (fetched.seen() != nullptr) {
      if (keep) {
        kept_.emplace(std::move(open));
      } else {
        open.connection->finish();
      }
      co_return std::move(fetched);
    }
    if (fetched.unseen() != Unseen::reset && fetched.unseen() != Unseen::malformed)
      co_return std::move(fetched);
  }
  if (kept_) kept_->connection->finish();
  kept_.reset();
  auto opened = co_await open(request);
  if (opened.seen() == nullptr) co_return opened.unseen();
  auto open = std::move(*opened.seen());
  bool keep = false;
  auto fetched = co_await exchange(open, request, keep);
  if (keep) {
    kept_.emplace(std::move(open));
  } else if (fetched.seen() != nullptr) {
    open.connection->finish();
  }
  co_return std::move(fetched);
}

}  // namespace utsyn::probe
