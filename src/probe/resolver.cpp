// The resolver as the probes see it: one question, one dated answer, kept for a while and never asked twice
// at the same time.
#include <algorithm>
#include <boost/asio/post.hpp>
#include <deque>
#include <fstream>
#include <unordered_map>

#include "base/name.h"
#include "base/sort_unique.h"
#include "probe/dns.h"
#include "probe/dns_client.h"
#include "probe/event.h"
#include "probe/parallel.h"
#include "probe/validator.h"

namespace utsyn::probe {
namespace {

using std::chrono::seconds;
using wire::Rcode;
using wire::RecordType;

constexpr int questions_in_flight = 200;  // above about 500 a resolver's UDP buffers overflow
constexpr std::size_t answers_kept = 100'000;
constexpr seconds answer_age{300};
constexpr seconds failure_age{10};
constexpr int alias_restarts = 8;
constexpr seconds validation_patience{20};
constexpr DnsTries resolver_tries{3, std::chrono::milliseconds{2'500}};

bool is_control_name(std::string_view name) {
  const auto parent = parent_name(name);
  return !parent.empty() && name.substr(0, name.find('.')) == control_label(parent);
}

DnsAnswer failed(DnsAnswer answer, Unseen why) {
  answer.status = DnsStatus::error;
  answer.why = why;
  answer.records.clear();
  return answer;
}

}  // namespace

std::optional<Endpoint> system_resolver() {
  std::ifstream file("/etc/resolv.conf");
  for (std::string line; std::getline(file, line);) {
    std::string_view rest = trim(line);
    if (!rest.starts_with("nameserver")) continue;
    rest = trim(rest.substr(10));
    if (const auto address = IpAddress::parse(rest.substr(0, rest.find_first_of(" \t%"))))
      return Endpoint{*address, 53};
  }
  return std::nullopt;
}

struct Resolver::Impl {
  Impl(Network& through, const ResolverSettings& with)
      : network(through), settings(with), pace(through.context(), questions_in_flight) {}

  struct Kept {
    DnsAnswer answer;
    Clock::time_point until;
  };
  // A question under way. `answer` stays empty when its asker gave up for reasons of its own.
  struct UnderWay {
    explicit UnderWay(boost::asio::io_context& context) : over(context) {}
    Event over;
    std::optional<DnsAnswer> answer;
  };

  void keep(const std::string& key, const DnsAnswer& answer) {
    const auto age = answer.status == DnsStatus::error ? failure_age : answer_age;
    while (kept.size() >= answers_kept) {
      kept.erase(oldest_first.front());
      oldest_first.pop_front();
    }
    const auto [at, is_new] = kept.insert_or_assign(key, Kept{answer, Clock::now() + age});
    if (is_new) oldest_first.push_back(at->first);
  }

  Validator& validator() {
    if (!started_validator) {
      started_validator = std::make_unique<Validator>(settings.resolver, settings.anchor_file);
    }
    return *started_validator;
  }

  Network& network;
  ResolverSettings settings;
  Pace pace;
  std::unordered_map<std::string, Kept> kept;
  std::deque<std::string> oldest_first;
  std::unordered_map<std::string, std::shared_ptr<UnderWay>> under_way;
  std::unique_ptr<Validator> started_validator;

  Task<Validation> verdict_on(Visit& visit, std::string name, RecordType type);
  static Task<DnsAnswer> ask(std::shared_ptr<Impl> self, Visit& visit, DnsAnswer blank, RecordType type);
  static Task<DnsAnswer> fetch(std::shared_ptr<Impl> self, Visit& visit, DnsAnswer blank, RecordType type);
  static Task<Observed<DnsReply>> exchange(std::shared_ptr<Impl> self, Visit& visit, std::string name,
                                           RecordType type);
};

Resolver::Resolver(Network& network, const ResolverSettings& settings)
    : impl_(std::make_shared<Impl>(network, settings)) {
  if (settings.allow_any) network.trust(settings.resolver);
}

// The thread ends here, so that it posts nothing to an io_context that is on its way out.
Resolver::~Resolver() { impl_->started_validator.reset(); }

std::uint16_t Resolver::server_port() const { return impl_->settings.server_port; }

namespace {

// The reasons that lie with the visit and not with the question: another asker may fare better.
bool ended_by_visit(const Visit& visit, Unseen why) {
  return why == Unseen::stopped || why == Unseen::opted_out || (why == Unseen::timed_out && visit.over());
}

}  // namespace

Task<Observed<DnsReply>> Resolver::Impl::exchange(std::shared_ptr<Impl> self, Visit& visit, std::string name,
                                                  RecordType type) {
  struct Place {
    explicit Place(std::shared_ptr<Impl> of) : self(std::move(of)) {}
    ~Place() { self->pace.leave(); }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    std::shared_ptr<Impl> self;
  };
  if (!co_await self->pace.enter(visit.deadline())) co_return Unseen::timed_out;
  const Place place(self);

  DnsQuestion question;
  question.name = std::move(name);
  question.type = type;
  question.recursion_desired = true;
  question.dnssec_ok = true;  // also to see NXNAME, which only such askers are told (RFC 9824)
  auto reply = co_await ask_dns(visit, self->settings.resolver, question, resolver_tries);
  if (reply.seen() == nullptr) co_return reply;
  auto rcode = reply.seen()->message.rcode;
  if (rcode == Rcode::format_error || rcode == Rcode::not_implemented) {
    question.edns = false;
    question.dnssec_ok = false;
    reply = co_await ask_dns(visit, self->settings.resolver, question, resolver_tries);
  } else if (rcode == Rcode::server_failure) {
    // A resolver that validates hides bogus data behind SERVFAIL. We validate for ourselves and want to see
    // it.
    question.checking_disabled = true;
    auto unchecked = co_await ask_dns(visit, self->settings.resolver, question, resolver_tries);
    if (unchecked.seen() != nullptr) reply = std::move(unchecked);
  }
  co_return reply;
}

Task<DnsAnswer> Resolver::Impl::fetch(std::shared_ptr<Impl> self, Visit& visit, DnsAnswer answer,
                                      RecordType type) {
  auto at = answer.name;
  for (int restart = 0; restart <= alias_restarts; ++restart) {
    const auto reply = co_await exchange(self, visit, at, type);
    if (reply.seen() == nullptr) co_return failed(std::move(answer), reply.unseen());
    const auto& message = reply.seen()->message;
    if (message.rcode == Rcode::refused) co_return failed(std::move(answer), Unseen::rejected);
    if (message.rcode != Rcode::no_error && message.rcode != Rcode::name_error)
      co_return failed(std::move(answer), Unseen::server_failure);

    const auto followed = wire::follow_aliases(message, at, type);
    for (const auto& alias : followed.aliases) answer.aliases.push_back(alias);
    if (followed.loop) co_return failed(std::move(answer), Unseen::malformed);
    if (!followed.aliases.empty()) at = followed.aliases.back();
    if (!followed.records.empty()) {
      answer.status = DnsStatus::found;
      for (const auto& record : followed.records) answer.records.push_back(record.text());
      sort_unique(answer.records);
      if (type == RecordType::soa || type == RecordType::dnskey) {
        for (const auto& record : message.answers) {
          const auto signature = record.as<wire::RrsigRecord>();
          if (record.name == at && signature && signature->type_covered == type)
            answer.signatures.push_back(record.text());
        }
        sort_unique(answer.signatures);
      }
      co_return answer;
    }

    const auto holds = [&](RecordType wanted) {
      return std::any_of(message.authorities.begin(), message.authorities.end(),
                         [&](const auto& record) { return record.type == wanted; });
    };
    if (wire::says_name_missing(message, at)) {
      answer.status = DnsStatus::nxdomain;
    } else if (!followed.aliases.empty() && !holds(RecordType::soa)) {
      continue;  // the chain was not followed to its end for us
    } else if (!message.authoritative && holds(RecordType::ns) && !holds(RecordType::soa)) {
      // A referral: this server does not resolve for us.
      co_return failed(std::move(answer), Unseen::rejected);
    } else {
      answer.status = DnsStatus::nodata;
    }
    if (is_control_name(answer.name)) {
      for (const auto& record : message.authorities) {
        if (record.type == RecordType::nsec || record.type == RecordType::nsec3)
          answer.denial.push_back(record.name + " " + wire::type_name(record.type) + " " + record.text());
      }
      sort_unique(answer.denial);
    }
    co_return answer;
  }
  co_return failed(std::move(answer), Unseen::malformed);
}

Task<DnsAnswer> Resolver::Impl::ask(std::shared_ptr<Impl> self, Visit& visit, DnsAnswer blank,
                                    RecordType type) {
  const auto key = blank.name + "/" + blank.type;
  for (;;) {
    if (const auto at = self->kept.find(key); at != self->kept.end() && Clock::now() < at->second.until)
      co_return at->second.answer;
    const auto other = self->under_way.find(key);
    if (other == self->under_way.end()) break;
    const auto asked = other->second;
    if (!co_await asked->over.wait(visit.deadline())) co_return failed(std::move(blank), Unseen::timed_out);
    if (asked->answer) co_return *asked->answer;
  }

  struct Leading {
    Leading(std::shared_ptr<Impl> of, std::string name)
        : self(std::move(of)),
          key(std::move(name)),
          mine(std::make_shared<UnderWay>(self->network.context())) {
      self->under_way.emplace(key, mine);
    }
    ~Leading() {
      self->under_way.erase(key);
      mine->over.notify_all();
    }
    Leading(const Leading&) = delete;
    Leading& operator=(const Leading&) = delete;
    std::shared_ptr<Impl> self;
    std::string key;
    std::shared_ptr<UnderWay> mine;
  };
  const Leading leading(self, key);
  auto answer = co_await fetch(self, visit, std::move(blank), type);
  if (answer.status != DnsStatus::error || !ended_by_visit(visit, answer.why)) {
    leading.mine->answer = answer;
    self->keep(key, answer);
  }
  co_return answer;
}

Task<DnsAnswer> Resolver::ask(Visit& visit, std::string name, std::string type) {
  DnsAnswer blank;
  const auto canonical = wire::canonical_name(name);
  const auto known_type = wire::type_named(type);
  blank.name = canonical ? *canonical : lower(printable(name, 255));
  blank.type = known_type ? wire::type_name(*known_type) : printable(type, 16);
  if (!canonical || !known_type) co_return failed(std::move(blank), Unseen::malformed);
  co_return co_await Impl::ask(impl_, visit, std::move(blank), *known_type);
}

Task<Resolver::Addresses> Resolver::addresses(Visit& visit, std::string host) {
  Addresses out;
  if (const auto literal = IpAddress::parse(host)) {
    out.addresses = {*literal};
    out.known = true;
    co_return out;
  }
  DnsAnswer v4;
  DnsAnswer v6;
  const auto ask_into = [&](std::string type, DnsAnswer& into) -> Task<void> {
    into = co_await ask(visit, host, std::move(type));
  };
  std::vector<Task<void>> both;
  both.push_back(ask_into("A", v4));
  both.push_back(ask_into("AAAA", v6));
  co_await together(std::move(both));
  for (const auto* answer : {&v4, &v6}) {
    for (const auto& record : answer->records) {
      if (const auto address = IpAddress::parse(record)) out.addresses.push_back(*address);
    }
  }
  if (!out.addresses.empty()) {
    out.known = true;
  } else if (v4.status == DnsStatus::error) {
    out.known = v4.why;
  } else if (v6.status == DnsStatus::error) {
    out.known = v6.why;
  } else {
    out.known = false;
  }
  co_return out;
}

// What a resolver does not carry (old ones and small boxes drop signatures) looks like bogus data. The root
// is signed: from a resolver whose root is bogus too nothing can be learnt about the signatures of others.
Task<Resolver::Validation> Resolver::validate(Visit& visit, std::string name, std::string type) {
  const auto canonical = wire::canonical_name(name);
  const auto known_type = wire::type_named(type);
  if (!canonical || !known_type) co_return Validation{Security::indeterminate, "not a name or type"};
  auto found = co_await impl_->verdict_on(visit, *canonical, *known_type);
  if (found.security != Security::bogus || *canonical == ".") co_return found;
  const auto root = co_await impl_->verdict_on(visit, ".", RecordType::soa);
  if (root.security != Security::bogus) co_return found;
  co_return Validation{Security::indeterminate, "the resolver's answers do not verify for the root either"};
}

Task<Resolver::Validation> Resolver::Impl::verdict_on(Visit& visit, std::string name, RecordType type) {
  if (network.refuses(std::string_view(visit.host())) || network.politeness().stopped())
    co_return Validation{Security::indeterminate, "stopped"};

  struct State {
    explicit State(boost::asio::io_context& context) : arrived(context) {}
    Event arrived;
    std::optional<Validator::Verdict> verdict;
  };
  const auto state = std::make_shared<State>(network.context());
  validator().ask(std::move(name), type,
                  [state, executor = network.context().get_executor()](Validator::Verdict verdict) {
                    boost::asio::post(executor, [state, verdict = std::move(verdict)]() mutable {
                      state->verdict = std::move(verdict);
                      state->arrived.notify_all();
                    });
                  });
  co_await state->arrived.wait(std::min(visit.deadline(), Clock::now() + validation_patience));
  if (!state->verdict) co_return Validation{Security::indeterminate, "timed-out"};
  co_return Validation{state->verdict->security, state->verdict->reason};
}

}  // namespace utsyn::probe
