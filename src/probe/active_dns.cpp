// Zone transfer to a stranger (RFC 5936). The answer to AXFR begins with the SOA record; a server that lets
// us have nothing says so with a code, or closes.
#include <array>

#include "probe/active_questions.h"
#include "wire/dns/message.h"

namespace utsyn::probe {
namespace {

constexpr auto kAxfr = wire::RecordType::axfr;
constexpr int kMostMessages = 4;
constexpr int kEnoughRecords = 2;

// What one message adds; false when it is no answer to our question.
bool add(ZoneTransfer& transfer, ByteView bytes, std::uint16_t id) {
  const auto message = wire::parse_message(bytes);
  if (!message || !message->response || message->id != id) return false;
  if (transfer.records == 0) {
    transfer.rcode = static_cast<int>(message->rcode);
    transfer.begins_with_soa =
        !message->answers.empty() && message->answers.front().type == wire::RecordType::soa;
  }
  transfer.records += static_cast<int>(message->answers.size());
  return true;
}

bool enough(const ZoneTransfer& transfer) {
  return transfer.rcode != 0 || !transfer.begins_with_soa || transfer.records >= kEnoughRecords;
}

Task<Observed<ZoneTransfer>> ask_transfer(Visit& visit, std::string zone, Endpoint server) {
  const auto chance = visit.network().random(2);
  wire::QueryOptions options;
  options.id = static_cast<std::uint16_t>(chance[0] << 8U | chance[1]);
  options.name = std::move(zone);
  options.type = kAxfr;
  options.edns = false;
  const auto question = wire::build_query(options);
  if (!question) co_return Unseen::malformed;
  auto opened = co_await visit.connect(server);
  if (opened.seen() == nullptr) co_return opened.unseen();
  const auto connection = std::move(*opened.seen());
  const auto sent = co_await connection->write(wire::tcp_frame(*question));
  if (sent.seen() == nullptr) co_return sent.unseen();

  ZoneTransfer transfer;
  Bytes stream;
  std::array<std::uint8_t, 2048> piece;
  for (int messages = 0; messages < kMostMessages;) {
    ByteView rest(stream);
    if (const auto whole = wire::take_tcp_message(rest)) {
      if (!add(transfer, *whole, options.id)) co_return Unseen::malformed;
      if (enough(transfer)) co_return transfer;
      stream.erase(stream.begin(), stream.begin() + static_cast<std::ptrdiff_t>(stream.size() - rest.size()));
      ++messages;
      continue;
    }
    if (visit.over()) co_return Unseen::timed_out;
    const auto size = co_await connection->read_some(piece);
    if (size.seen() == nullptr) co_return size.unseen();
    if (*size.seen() == 0) {
      if (!stream.empty() || messages > 0) co_return Unseen::reset;  // in the middle of an answer
      transfer.closed = true;
      co_return transfer;
    }
    stream.insert(stream.end(), piece.begin(), piece.begin() + static_cast<std::ptrdiff_t>(*size.seen()));
  }
  co_return Unseen::malformed;  // messages without end that carry nothing
}

}  // namespace

Task<ActiveNameServer> probe_zone_transfer(Visit& visit, std::string zone, std::string name,
                                           Endpoint server) {
  ActiveNameServer out;
  out.zone = zone;
  out.name = std::move(name);
  out.address = server.address.str();
  out.transfer = co_await ask_transfer(visit, std::move(zone), server);
  co_return out;
}

}  // namespace utsyn::probe
