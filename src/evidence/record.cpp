#include "evidence/record.h"

#include <functional>
#include <map>

#include "base/hash.h"
#include "evidence/json.h"

namespace utsyn {
namespace {

namespace json = boost::json;

Record make(std::string kind, std::string subject, const json::value& value) {
  Record record{{}, std::move(kind), std::move(subject), json::serialize(value)};
  record.id = record_id(record.kind, record.subject, record.data);
  return record;
}

std::string at_address(const std::string& host, int port, const std::string& address) {
  return host + ":" + std::to_string(port) + "@" + address;
}

// One part of the evidence: how it becomes records, and how a record goes back into it.
struct PartFormat {
  std::string_view kind;
  std::function<void(const Evidence&, std::vector<Record>&)> write;
  std::function<bool(const json::value&, Evidence&)> read;
};

template <class T>
PartFormat list_of(std::string_view kind, std::vector<T> Evidence::* part, std::string (*subject)(const T&)) {
  return {kind,
          [=](const Evidence& evidence, std::vector<Record>& out) {
            for (const auto& item : evidence.*part)
              out.push_back(make(std::string(kind), subject(item), describe::to_json(item)));
          },
          [=](const json::value& value, Evidence& evidence) {
            T item{};
            if (!describe::from_json(value, item)) return false;
            (evidence.*part).push_back(std::move(item));
            return true;
          }};
}

// A part that is there or not as a whole; "not measured" leaves no record.
template <class T>
PartFormat one_of(std::string_view kind, Observed<T> Evidence::* part, std::string Evidence::* subject) {
  return {kind,
          [=](const Evidence& evidence, std::vector<Record>& out) {
            const auto& observed = evidence.*part;
            if (observed == Observed<T>{}) return;
            out.push_back(make(std::string(kind), evidence.*subject,
                               json::object{{"seen", describe::to_json(observed)}}));
          },
          [=](const json::value& value, Evidence& evidence) {
            const auto* object = value.if_object();
            const auto* seen = object == nullptr ? nullptr : object->if_contains("seen");
            return seen != nullptr && describe::from_json(*seen, evidence.*part);
          }};
}

const std::vector<PartFormat>& formats() {
  static const std::vector<PartFormat> all = {
      {"dns.answer",
       [](const Evidence& evidence, std::vector<Record>& out) {
         for (const auto& answer : evidence.dns.all()) {
           out.push_back(make("dns.answer", answer.name + "/" + answer.type, describe::to_json(answer)));
         }
       },
       [](const json::value& value, Evidence& evidence) {
         DnsAnswer answer;
         if (!describe::from_json(value, answer)) return false;
         evidence.dns.add(std::move(answer));
         return true;
       }},
      one_of("dns.delegation", &Evidence::delegation, &Evidence::domain),
      list_of<NameServer>(
          "dns.server", &Evidence::name_servers,
          [](const NameServer& s) { return s.zone + "/" + at_address(s.name, 53, s.address); }),
      list_of<TlsEndpoint>("tls.endpoint", &Evidence::tls,
                           [](const TlsEndpoint& e) { return at_address(e.host, e.port, e.address); }),
      one_of("web.site", &Evidence::web, &Evidence::host),
      list_of<SmtpServer>("smtp.server", &Evidence::smtp,
                          [](const SmtpServer& s) { return at_address(s.host, s.port, s.address); }),
      list_of<ClearTextService>(
          "service.cleartext", &Evidence::clear_text_services,
          [](const ClearTextService& s) { return at_address(s.host, s.port, s.address); }),
      list_of<PortAnswer>("tcp.port", &Evidence::ports,
                          [](const PortAnswer& p) { return at_address(p.host, p.port, p.address); }),
      one_of("mta-sts.policy", &Evidence::mta_sts_policy, &Evidence::domain),
      list_of<RegistrationLookup>("rdap.domain", &Evidence::registrations,
                                  [](const RegistrationLookup& r) { return r.domain; }),
      list_of<AddressRoutes>("rpki.address", &Evidence::routes,
                             [](const AddressRoutes& r) { return r.host + "@" + r.address; }),
      one_of("cloud.addresses", &Evidence::cloud_addresses, &Evidence::host),
      list_of<KeyListing>("key.listing", &Evidence::key_listings,
                          [](const KeyListing& k) { return k.spki_sha256; }),
      one_of("ct.certificates", &Evidence::logged_certificates, &Evidence::domain),
      {"tls.sslv2-keys",
       [](const Evidence& evidence, std::vector<Record>& out) {
         if (!evidence.sslv2_keys.empty()) {
           out.push_back(make("tls.sslv2-keys", evidence.domain, describe::to_json(evidence.sslv2_keys)));
         }
       },
       [](const json::value& value, Evidence& evidence) {
         return describe::from_json(value, evidence.sslv2_keys);
       }},
      list_of<ActiveNameServer>(
          "active.dns", &Evidence::active_name_servers,
          [](const ActiveNameServer& s) { return s.zone + "/" + at_address(s.name, 53, s.address); }),
      list_of<ActiveTls>("active.tls", &Evidence::active_tls,
                         [](const ActiveTls& t) { return at_address(t.host, t.port, t.address); }),
      list_of<ActiveSmtp>("active.smtp", &Evidence::active_smtp,
                          [](const ActiveSmtp& s) { return at_address(s.host, s.port, s.address); }),
  };
  return all;
}

}  // namespace

std::string record_id(std::string_view kind, std::string_view subject, std::string_view data) {
  std::string text(kind);
  text += '\n';
  text += subject;
  text += '\n';
  text += data;
  return "sha256:" + sha256_hex(text);
}

std::vector<Record> records_of(const Evidence& evidence) {
  std::vector<Record> out;
  for (const auto& format : formats()) format.write(evidence, out);
  return out;
}

Result<void, std::string> assemble(Evidence& evidence, std::span<const Record> records) {
  static const auto by_kind = [] {
    std::map<std::string_view, const PartFormat*> out;
    for (const auto& format : formats()) out.emplace(format.kind, &format);
    return out;
  }();
  for (const auto& record : records) {
    const auto format = by_kind.find(record.kind);
    boost::system::error_code error;
    const auto value = json::parse(record.data, error);
    if (format == by_kind.end() || error || !format->second->read(value, evidence)) {
      return unexpected("evidence " + record.id + " (" + record.kind + " " + record.subject +
                        ") cannot be read");
    }
  }
  return {};
}

}  // namespace utsyn
