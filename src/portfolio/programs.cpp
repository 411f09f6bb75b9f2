#include "portfolio/programs.h"

#include <algorithm>

#include "base/text.h"
#include "portfolio/evidence_json.h"
#include "wire/http/url.h"

namespace utsyn::portfolio {
namespace {

namespace json = boost::json;

constexpr std::size_t kMostPrograms = 100;  // of one record
constexpr std::size_t kLongestUrl = 300;
constexpr int kMailPort = 25;
constexpr int kNamePort = 53;

void add_program(std::vector<Program>& programs, Program one) {
  const bool known = std::ranges::any_of(programs, [&](const Program& other) {
    return other.port == one.port && other.told_by == one.told_by && other.host == one.host &&
           other.product.name == one.product.name && other.product.version == one.product.version;
  });
  if (!known && programs.size() < kMostPrograms) programs.push_back(std::move(one));
}

// A redirect leads elsewhere: only what the host itself answered.
void answered_on_web(std::vector<Program>& programs, const json::value& chain, std::string_view host) {
  for (const auto& hop : list_in(chain, "hops")) {
    const auto url = wire::parse_url(text_in(hop, "url"));
    const auto* answer = member(hop, "answer");
    if (!url || url->host != host || answer == nullptr) continue;
    for (const auto& header : list_in(*answer, "headers")) {
      const auto name = text_in(header, "name");
      for (auto& product : products_in_field(name, text_in(header, "value")))
        add_program(programs, {std::move(product), url->host, url->port,
                               printable(text_in(hop, "url"), kLongestUrl), std::string(name)});
    }
  }
}

}  // namespace

std::vector<Program> programs_in(std::string_view kind, std::string_view subject, const json::value& data) {
  std::vector<Program> programs;
  if (kind == "web.site") {
    if (const auto* site = member(data, "seen"); site != nullptr)
      for (const auto* chain : {"plain", "secure"})
        if (const auto* hops = member(*site, chain); hops != nullptr)
          answered_on_web(programs, *hops, subject);
  } else if (kind == "smtp.server") {
    if (const auto* talk = member(data, "talk"); talk != nullptr)
      if (auto product = product_in_greeting(text_in(*talk, "banner")))
        add_program(
            programs,
            {std::move(*product), std::string(text_in(data, "host")), port_in(data, "port"), {}, "greeting"});
  } else if (kind == "dns.server") {
    if (auto product = product_in_name_server(text_in(data, "version")))
      add_program(programs,
                  {std::move(*product), std::string(text_in(data, "name")), kNamePort, {}, "version.bind"});
  }
  for (auto& one : programs) {
    if (one.host.empty()) one.host = subject.substr(0, subject.find_first_of(":/@"));
    if (one.port == 0) one.port = kMailPort;
  }
  return programs;
}

std::string_view security_txt_in(const json::value& data) {
  const auto* site = member(data, "seen");
  const auto* file = site == nullptr ? nullptr : member(*site, "security_txt");
  const auto* status = file == nullptr ? nullptr : member(*file, "status");
  if (status == nullptr || !status->is_int64() || status->get_int64() != 200) return {};
  return text_in(*file, "body");
}

}  // namespace utsyn::portfolio
