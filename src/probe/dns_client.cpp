#include "probe/dns_client.h"

#include <array>

namespace utsyn::probe {
namespace {

// Letters in random case (0x20): a forger has to guess them too.
std::string mixed_case(std::string_view name, ByteView chance) {
  std::string out(name);
  for (std::size_t i = 0; i < out.size(); ++i) {
    const bool letter = out[i] >= 'a' && out[i] <= 'z';
    if (letter && (chance[i / 8 % chance.size()] >> (i % 8) & 1U) != 0)
      out[i] = static_cast<char>(out[i] - 'a' + 'A');
  }
  return out;
}

wire::QueryOptions query(const DnsQuestion& question, std::uint16_t id, std::string name) {
  wire::QueryOptions options;
  options.id = id;
  options.name = std::move(name);
  options.type = question.type;
  options.record_class = question.record_class;
  options.recursion_desired = question.recursion_desired;
  options.checking_disabled = question.checking_disabled;
  options.edns = question.edns;
  options.dnssec_ok = question.dnssec_ok;
  options.edns_version = question.edns_version;
  options.cookie = question.cookie;
  return options;
}

enum class Match { ours, ours_in_other_case, foreign, unreadable };

// Is this the answer to what was asked?
Match match(ByteView datagram, const wire::QueryOptions& asked, wire::Message& message) {
  ByteReader header(datagram);
  const auto id = header.u16();
  const auto flags = header.u16();
  if (!id || !flags || *id != asked.id || (*flags & 0x8000U) == 0) return Match::foreign;
  auto parsed = wire::parse_message(datagram);
  if (!parsed) return Match::unreadable;
  message = std::move(*parsed);
  if (message.questions.empty()) {
    // Some servers send an error without repeating the question.
    return message.rcode == wire::Rcode::no_error ? Match::foreign : Match::ours;
  }
  const auto& question = message.questions.front();
  if (message.questions.size() != 1 || question.type != asked.type ||
      question.record_class != asked.record_class)
    return Match::foreign;
  if (question.name == asked.name) return Match::ours;
  return iequals(question.name, asked.name) ? Match::ours_in_other_case : Match::foreign;
}

}  // namespace

Task<Observed<DnsReply>> ask_dns_over_udp(Visit& visit, Endpoint server, DnsQuestion question,
                                          DnsTries tries) {
  auto failure = Unseen::timed_out;
  bool mixing = true;
  for (int attempt = 0; attempt < tries.count; ++attempt) {
    const auto chance = visit.network().random(34);
    const auto id = static_cast<std::uint16_t>(chance[0] << 8U | chance[1]);
    const auto options =
        query(question, id, mixing ? mixed_case(question.name, ByteView(chance).subspan(2)) : question.name);
    auto datagram = wire::build_query(options);
    if (!datagram) co_return Unseen::malformed;

    auto found = Match::foreign;
    wire::Message message;
    const auto answer =
        co_await visit.ask_udp(server, std::move(*datagram), tries.timeout, [&](ByteView candidate) {
          found = match(candidate, options, message);
          return found != Match::foreign;
        });
    if (answer.seen() == nullptr) {
      failure = answer.unseen();
      // A refusal may be an ICMP error for an earlier datagram of somebody else, so it is not final; the rest
      // is.
      if (failure != Unseen::timed_out && failure != Unseen::refused && failure != Unseen::malformed)
        co_return failure;
      if (visit.over()) co_return Unseen::timed_out;
      continue;
    }
    if (found == Match::ours || (found == Match::ours_in_other_case && !mixing))
      co_return DnsReply{std::move(message), answer.seen()->size()};
    if (found == Match::unreadable) {
      failure = Unseen::malformed;
    } else {
      // A server (or a middle box) that changes the case: asked again without mixing, which is not a lost
      // try.
      mixing = false;
      --attempt;
    }
  }
  co_return failure;
}

Task<Observed<DnsReply>> ask_dns_over_tcp(Visit& visit, Endpoint server, DnsQuestion question) {
  const auto chance = visit.network().random(2);
  const auto options =
      query(question, static_cast<std::uint16_t>(chance[0] << 8U | chance[1]), question.name);
  const auto datagram = wire::build_query(options);
  if (!datagram) co_return Unseen::malformed;
  auto opened = co_await visit.connect(server);
  if (opened.seen() == nullptr) co_return opened.unseen();
  auto& connection = **opened.seen();
  const auto sent = co_await connection.write(wire::tcp_frame(*datagram));
  if (sent.seen() == nullptr) co_return sent.unseen();

  Bytes stream;
  std::array<std::uint8_t, 2048> piece;
  for (;;) {
    const auto size = co_await connection.read_some(piece);
    if (size.seen() == nullptr) co_return size.unseen();
    if (*size.seen() == 0) co_return Unseen::reset;  // closed before the answer was whole
    stream.insert(stream.end(), piece.begin(), piece.begin() + static_cast<std::ptrdiff_t>(*size.seen()));
    ByteView rest(stream);
    const auto whole = wire::take_tcp_message(rest);
    if (!whole) {
      if (stream.size() > wire::max_message_bytes + 2) co_return Unseen::malformed;
      continue;
    }
    wire::Message message;
    const auto found = match(*whole, options, message);
    if (found != Match::ours && found != Match::ours_in_other_case) co_return Unseen::malformed;
    co_return DnsReply{std::move(message), whole->size()};
  }
}

Task<Observed<DnsReply>> ask_dns(Visit& visit, Endpoint server, DnsQuestion question, DnsTries tries) {
  auto reply = co_await ask_dns_over_udp(visit, server, question, tries);
  if (reply.seen() == nullptr || !reply.seen()->message.truncated) co_return reply;
  co_return co_await ask_dns_over_tcp(visit, server, std::move(question));
}

}  // namespace utsyn::probe
